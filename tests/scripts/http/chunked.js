// description: a chunked body is put together, trailers are read over
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/chunked/3`), { body: (r) => r.body === 'chunk 0\nchunk 1\nchunk 2\n' });
  check(http.get(`${__ENV.SERVER}/chunked/1?trailers`), { trailers: (r) => r.status === 200 && r.body === 'chunk 0\n' });
  check(http.get(`${__ENV.SERVER}/connections`).json(), { 'still in step': (c) => c.request === 3 });
}

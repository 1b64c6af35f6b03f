// description: the method of http.request goes out as it was written
// points: http_reqs{method=foo}.count == 1
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.request('foo', `${__ENV.SERVER}/echo`), {
    'on the wire': (r) => r.json('method') === 'foo',
    'in the response': (r) => r.request.method === 'foo',
  });
}

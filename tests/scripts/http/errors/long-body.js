// description: what follows a body's length is not taken for the next answer
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/long-body`), { cut: (r) => r.body === 'four' });
  check(http.get(__ENV.SERVER), { next: (r) => r.status === 200 && r.body === 'hello\n' });
}

// description: 1xx answers before the real one are read over
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/early-hints`), { hints: (r) => r.status === 200 && r.body === 'after hints\n' });
  check(http.get(`${__ENV.SERVER}/continue`), { continue: (r) => r.status === 200 && r.body === 'after continue\n' });
}

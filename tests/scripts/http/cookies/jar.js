// description: cookies that a server sets come back to it for the rest of the iteration, and no longer
// args: --iterations 2
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/cookies`).json(), { 'fresh jar': (c) => Object.keys(c).length === 0 });
  http.get(`${__ENV.SERVER}/set-cookies?a=1&b=two`);
  check(http.get(`${__ENV.SERVER}/cookies`).json(), { both: (c) => c.a === '1' && c.b === 'two' });
}

// description: letters beyond ASCII in a path are escaped, escapes are kept
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/echo/ü`), { escaped: (r) => r.json('target') === '/echo/%C3%BC' });
  check(http.get(`${__ENV.SERVER}/echo/a%2Fb`), { kept: (r) => r.json('target') === '/echo/a%2Fb' });
}

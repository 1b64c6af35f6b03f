// description: a line break in a header value does not make a second header
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`${__ENV.SERVER}/echo`, { headers: { 'X-A': 'one\r\nX-Injected: yes' } });
  check(r, { refused: (r) => r.status === 0 || !('x-injected' in r.json('headers')) });
}

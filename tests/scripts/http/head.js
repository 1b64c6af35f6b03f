// description: HEAD has headers with a length and no body
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.head(`${__ENV.SERVER}/bytes/1000`);
  check(r, { ok: (r) => r.status === 200, length: (r) => r.headers['Content-Length'] === '1000', 'no body': (r) => !r.body });
  check(http.get(`${__ENV.SERVER}/connections`).json(), { 'connection kept': (c) => c.request === 2 });
}

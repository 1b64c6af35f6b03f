// description: a header sent twice is joined with a comma
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`${__ENV.SERVER}/headers?X-Twice=1&X-Twice=2&x-odd-CASE=y`);
  check(r, { joined: (r) => r.headers['X-Twice'] === '1, 2', canonical: (r) => r.headers['X-Odd-Case'] === 'y' });
}

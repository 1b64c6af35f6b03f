// description: NO_PROXY and loopback go direct
// env: HTTP_PROXY={REFUSED}
// env: NO_PROXY=direct.test
import http from 'k6/http';
import { check } from 'k6';
export const options = { hosts: { 'direct.test': '127.0.0.1' } };
export default function () {
  check(http.get(`http://direct.test:${__ENV.PORT}/echo`), { direct: (r) => r.status === 200 });
  check(http.get(__ENV.SERVER), { loopback: (r) => r.status === 200 });
}

// description: 204 and 304 end with their head, and the connection goes on
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  for (const status of [204, 304]) {
    check(http.get(`${__ENV.SERVER}/status/${status}`), { [`status ${status}`]: (r) => r.status === status && !r.body });
  }
  check(http.get(`${__ENV.SERVER}/connections`).json(), { 'one connection': (c) => c.request === 3 });
}

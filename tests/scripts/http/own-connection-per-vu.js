// description: two VUs never share a connection
// args: --vus 2 --iterations 2
import http from 'k6/http';
import exec from 'k6/execution';
import { check, sleep } from 'k6';
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 2, iterations: 1 } } };
export default function () {
  const first = http.get(`${__ENV.SERVER}/connections`).json();
  sleep(0.1);
  check(http.get(`${__ENV.SERVER}/connections`).json(), {
    same: (c) => c.connection === first.connection, 'mine alone': (c) => c.request === first.request + 1 && first.request === 1,
  });
}

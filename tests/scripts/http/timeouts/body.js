// description: the timeout covers the body as well
// log: level=warning msg="Request Failed" error~"request timeout"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/delay-body/3000`, { timeout: 100 }), { late: (r) => r.error_code === 1050 });
}

// description: a host that does not even take the connection runs into the timeout, and the VU goes on
// log: level=warning msg="Request Failed" error~"request timeout"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const start = Date.now();
  check(http.get(`http://${__ENV.SATURATED}/`, { timeout: 300 }), { timeout: (r) => r.status === 0 && r.error_code === 1050 });
  check(Date.now() - start, { 'in time': (ms) => ms >= 290 && ms < 3000 });
  check(http.get(__ENV.SERVER), { 'goes on': (r) => r.status === 200 });
}

// description: a server that accepts and never answers runs into the timeout, and the VU goes on
// log: level=warning msg="Request Failed" error~"request timeout"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/hang`, { timeout: 100 }), { timeout: (r) => r.error_code === 1050 });
  check(http.get(__ENV.SERVER), { 'goes on': (r) => r.status === 200 });
}

// description: https to a server that speaks http is error 1301
// log: level=warning msg="Request Failed"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(__ENV.SERVER.replace('http:', 'https:')), { code: (r) => r.status === 0 && r.error_code >= 1000 });
}

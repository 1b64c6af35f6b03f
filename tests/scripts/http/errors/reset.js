// description: a connection reset before the answer is error 1220
// log: level=warning msg="Request Failed" error~"connection reset by peer"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/reset`), { code: (r) => r.status === 0 && r.error_code === 1220 });
  check(http.get(__ENV.SERVER), { 'goes on': (r) => r.status === 200 });
}

// description: a connection reset in the body is error 1220
// log: level=warning msg="Request Failed" error~"connection reset by peer"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/reset-body`), { code: (r) => r.error_code === 1220 });
}

// description: a negative or contradictory Content-Length is refused
// log 2 times: level=warning msg="Request Failed"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/bad-length`), { negative: (r) => r.status === 0 && r.error_code === 1000 });
  check(http.get(`${__ENV.SERVER}/two-lengths`), { two: (r) => r.status === 0 && r.error_code === 1000 });
}

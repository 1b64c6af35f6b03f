// description: an answer that is not HTTP is a generic error
// log 2 times: level=warning msg="Request Failed"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/garbage`), { garbage: (r) => r.status === 0 && r.error_code === 1000 });
  check(http.get(`${__ENV.SERVER}/bad-header`), { header: (r) => r.status === 0 && r.error_code === 1000 });
}

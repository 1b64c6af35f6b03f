// description: a redirect to where nobody listens ends in that error
// metric: http_reqs.count == 2
// log: level=warning msg="Request Failed" error~"connection refused"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/redirect/302?to=${encodeURIComponent(__ENV.REFUSED)}`), { refused: (r) => r.status === 0 && r.error_code === 1212 });
}

// description: a refused connection is error 1212
// log: level=warning msg="Request Failed" error~"connection refused"
// points: http_reqs{status=0,error_code=1212,error=dial: connection refused,expected_response=false,!proto}.count == 1
// metric: http_req_failed.rate == 1
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(__ENV.REFUSED), { code: (r) => r.status === 0 && r.error_code === 1212 && r.error === 'dial: connection refused' && r.body === null });
}

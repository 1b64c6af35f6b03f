// description: 4xx and 5xx have an error code of 1000 plus the status and no error tag
// points: http_reqs{status=404,error_code=1404,!error}.count == 1
// points: http_reqs{status=503,error_code=1503,!error}.count == 1
// metric: http_req_failed.rate == 1
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/status/404`), { 404: (r) => r.error_code === 1404 && r.error === '' });
  check(http.get(`${__ENV.SERVER}/status/503`), { 503: (r) => r.error_code === 1503 });
}

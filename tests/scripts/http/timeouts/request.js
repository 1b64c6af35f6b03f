// description: a request that takes too long is error 1050
// log: level=warning msg="Request Failed" error~"request timeout"
// points: http_reqs{status=0,error_code=1050,error=request timeout}.count == 1
// metric: http_req_failed.rate == 1
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`${__ENV.SERVER}/delay/3000`, { timeout: '100ms' });
  check(r, {
    code: (r) => r.status === 0 && r.error_code === 1050 && r.error === 'request timeout',
    'in time': (r) => r.timings.duration > 50 && r.timings.duration < 1500,
    'no body': (r) => r.body === null,
  });
}

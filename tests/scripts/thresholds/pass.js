// description: thresholds that hold leave exit code 0
// threshold: checks rate==1 passed
// threshold: http_req_duration p(95)<5000 passed
// threshold: http_req_duration max<5000 passed
// stdout contains: ✓ 'rate==1' rate=100.00%
import http from 'k6/http';
import { check } from 'k6';
export const options = { thresholds: { checks: ['rate==1'], http_req_duration: ['p(95)<5000', 'max<5000'] } };
export default function () {
  check(http.get(__ENV.SERVER), { ok: (r) => r.status === 200 });
}

// description: digest authentication asks, computes and asks again
// points: http_reqs{status=401,expected_response=true}.count == 1
// points: http_reqs{status=200}.count == 1
// metric: http_req_failed.rate == 0
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`http://ali:sesame@${__ENV.HOST}/digest/ali/sesame`, { auth: 'digest' });
  check(r, { in: (r) => r.status === 200 && r.json('user') === 'ali' && r.json('nc') === '00000001' });
}

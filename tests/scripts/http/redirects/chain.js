// description: every hop of a redirect chain is one request
// metric: http_reqs.count == 4
// points: http_reqs{status=302}.count == 3
// points: http_reqs{status=200}.count == 1
// metric: http_req_failed.rate == 0
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/redirect/302/3`), {
    'at the end': (r) => r.status === 200 && r.url === `${__ENV.SERVER}/echo`,
  });
}

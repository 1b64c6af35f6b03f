// description: absolute locations are followed like relative ones
// metric: http_reqs.count == 3
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/redirect/301/2?absolute`), { arrived: (r) => r.json('path') === '/echo' });
}

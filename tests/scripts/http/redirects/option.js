// description: maxRedirects sets the limit for all requests
// metric: http_reqs.count == 2
import http from 'k6/http';
import { check } from 'k6';
export const options = { maxRedirects: 1 };
export default function () {
  check(http.get(`${__ENV.SERVER}/redirect/302/5`), { stopped: (r) => r.status === 302 });
}

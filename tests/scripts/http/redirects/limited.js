// description: after the given number of redirects the next redirection is returned
// metric: http_reqs.count == 3
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/redirect/302/5`, { redirects: 2 }), { third: (r) => r.status === 302 && r.url.endsWith('/redirect/302/3') });
}

// description: redirects 0 returns the redirection itself, without a warning
// metric: http_reqs.count == 1
// no log: level=warning
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/redirect/302/3`, { redirects: 0 }), { itself: (r) => r.status === 302 && r.headers.Location === '/redirect/302/2' });
}

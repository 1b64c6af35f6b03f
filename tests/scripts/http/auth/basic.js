// description: user info in a URL is basic authentication
// metric: http_reqs.count == 2
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`http://ali:open%20sesame@${__ENV.HOST}/basic/ali/open%20sesame`), { in: (r) => r.status === 200 && r.json('user') === 'ali' });
  check(http.get(`http://ali:wrong@${__ENV.HOST}/basic/ali/right`), { out: (r) => r.status === 401 });
}

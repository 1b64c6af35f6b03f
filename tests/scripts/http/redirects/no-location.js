// description: a redirection without a Location is an answer like any other
// metric: http_reqs.count == 1
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/no-location`), { answer: (r) => r.status === 302 && r.body === 'nowhere to go\n' });
}

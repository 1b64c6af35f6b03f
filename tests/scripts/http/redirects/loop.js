// description: a loop stops after ten redirects with a warning
// metric: http_reqs.count == 11
// log: level=warning msg~"Stopped after 11 redirects and returned the redirection"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/loop`), { returned: (r) => r.status === 302 });
}

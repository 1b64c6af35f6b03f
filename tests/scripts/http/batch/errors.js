// description: a request of a batch that fails does not stop the others
// log: level=warning error~"connection refused"
// metric: http_reqs.count == 2
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.batch([__ENV.REFUSED, __ENV.SERVER]);
  check(r, { both: (r) => r[0].error_code === 1212 && r[1].status === 200 });
}

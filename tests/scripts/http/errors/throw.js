// description: with throw a network error is an exception, and still a sample
// metric: http_reqs.count == 1
// no log: msg="Request Failed"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  let message = '';
  try {
    http.get(__ENV.REFUSED, { throw: true });
  } catch (e) {
    message = String(e);
  }
  check(message, { thrown: (m) => m.includes('connection refused') });
}

// description: the server's delay is in timings.waiting
// metric: http_req_waiting.min >= 100
// metric: http_req_waiting.max < 1000
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/delay/100`), { waiting: (r) => r.timings.waiting >= 100 && r.timings.sending < 50 && r.timings.receiving < 50 });
}

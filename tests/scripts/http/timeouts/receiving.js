// description: a slow body is in timings.receiving
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/delay-body/100`), { receiving: (r) => r.timings.receiving >= 95 && r.timings.waiting < 90 });
}

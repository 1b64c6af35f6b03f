// description: two megabytes of body are sent whole
// metric: data_sent.count > 2000000
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.post(`${__ENV.SERVER}/echo`, 'x'.repeat(2000000)), { length: (r) => r.json('length') === 2000000 });
}

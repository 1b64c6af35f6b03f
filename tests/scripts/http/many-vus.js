// description: a hundred VUs at once each have their answers
// args: --vus 100 --iterations 300
// metric: http_reqs.count == 300
// metric: iterations.count == 300
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`${__ENV.SERVER}/echo?vu=${__VU}&iter=${__ITER}`);
  check(r.json('query'), { mine: (q) => q.vu[0] === String(__VU) && q.iter[0] === String(__ITER) });
}

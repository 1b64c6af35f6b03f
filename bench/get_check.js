// One GET and one check for each iteration: what a tool costs when a script does next to nothing.
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(__ENV.TARGET), { 'status is 200': (r) => r.status === 200 });
}

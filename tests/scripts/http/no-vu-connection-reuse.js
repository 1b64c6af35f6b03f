// description: noVUConnectionReuse keeps connections for one iteration only
// args: --no-vu-connection-reuse --iterations 2
import http from 'k6/http';
import { check } from 'k6';
let last;
export default function () {
  const a = http.get(`${__ENV.SERVER}/connections`).json('connection');
  const b = http.get(`${__ENV.SERVER}/connections`).json('connection');
  check(null, { 'same within': () => a === b, 'other than before': () => a !== last });
  last = a;
}

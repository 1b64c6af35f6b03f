// description: batch of an object gives an object with the same keys
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.batch({ front: `${__ENV.SERVER}/`, missing: { method: 'GET', url: `${__ENV.SERVER}/status/404` } });
  check(r, { keys: (r) => r.front.body === 'hello\n' && r.missing.status === 404 });
}

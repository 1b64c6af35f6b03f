// description: after Connection: close the next request takes a new connection
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const before = http.get(`${__ENV.SERVER}/connections`).json('connection');
  check(http.get(`${__ENV.SERVER}/close`), { answered: (r) => r.body === 'bye\n' });
  check(http.get(`${__ENV.SERVER}/connections`).json(), { new: (c) => c.connection !== before && c.request === 1 });
}

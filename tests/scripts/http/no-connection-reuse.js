// description: noConnectionReuse asks for a new connection each time
// args: --no-connection-reuse
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const a = http.get(`${__ENV.SERVER}/connections`).json('connection');
  const b = http.get(`${__ENV.SERVER}/connections`).json('connection');
  check(null, { different: () => a !== b });
  check(http.get(`${__ENV.SERVER}/echo`).json('headers'), { 'says so': (h) => h.connection === 'close' });
}

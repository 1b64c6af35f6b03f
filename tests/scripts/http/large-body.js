// description: five megabytes arrive whole
// metric: data_received.count > 5000000
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`${__ENV.SERVER}/bytes/5000000`, { responseType: 'binary' });
  check(new Uint8Array(r.body), { length: (b) => b.length === 5000000, end: (b) => b[4999999] === 4999999 % 251 });
}

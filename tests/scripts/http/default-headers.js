// description: a request without headers carries Host, User-Agent and nothing that asks for compression
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const sent = http.get(`${__ENV.SERVER}/echo`).json();
  check(sent.headers, {
    host: (h) => h.host === __ENV.HOST,
    agent: (h) => h['user-agent'] === 'Grafana k6/2.2.0',
    'no accept-encoding': (h) => !('accept-encoding' in h),
    'nothing else': (h) => Object.keys(h).length === 2,
  });
}

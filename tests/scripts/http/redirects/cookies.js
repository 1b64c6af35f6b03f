// description: a cookie set by a redirect is sent on the next hop when its path covers it
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const path = encodeURIComponent('wide=1; Path=/');
  const seen = http.get(`${__ENV.SERVER}/set-cookies/redirect?${path}&narrow=2`).json();
  check(seen, { wide: (c) => c.wide === '1', 'default path is the folder': (c) => !('narrow' in c) });
}

// description: HTTP_PROXY sends requests through a proxy
// env: HTTP_PROXY={PROXY}
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get('http://shop.test/echo');
  check(r.json(), { proxied: (j) => j.headers['x-proxied'] === 'yes' && j.host === 'shop.test' && j.path === '/echo' });
}

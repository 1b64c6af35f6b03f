// description: hosts maps names to addresses, with ports and wildcards
import http from 'k6/http';
import { check } from 'k6';
export const options = {
  hosts: { 'shop.test': '127.0.0.1', 'port.test:80': `127.0.0.1:${__ENV.PORT}`, '*.wild.test': '127.0.0.1' },
};
export default function () {
  check(http.get(`http://shop.test:${__ENV.PORT}/echo`), { address: (r) => r.json('host') === `shop.test:${__ENV.PORT}` && r.remote_ip === '127.0.0.1' });
  check(http.get('http://port.test/echo'), { 'with port': (r) => r.json('host') === 'port.test' });
  check(http.get(`http://a.wild.test:${__ENV.PORT}/echo`), { wildcard: (r) => r.status === 200 });
}

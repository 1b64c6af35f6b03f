// description: cookieJar().set puts a cookie with its limits into the VU's jar
import http from 'k6/http';
import { check } from 'k6';
export const options = { hosts: { 'shop.test': '127.0.0.1' } };
export default function () {
  const shop = `http://shop.test:${__ENV.PORT}`;
  const jar = http.cookieJar();
  jar.set(shop, 'everywhere', '1');
  jar.set(shop, 'deep', '2', { path: '/cookies/deep' });
  jar.set(shop, 'safe', '3', { secure: true });
  jar.set(shop, 'gone', '4', { expires: 'Wed, 21 Oct 2015 07:28:00 GMT' });
  check(http.get(`${shop}/cookies`).json(), { one: (c) => JSON.stringify(c) === '{"everywhere":"1"}' });
  check(http.get(`${shop}/cookies/deep/x`).json(), { deeper: (c) => c.deep === '2' && c.everywhere === '1' });
  check(jar.cookiesForURL(`${shop}/`), { listed: (c) => c.everywhere[0] === '1' && !('deep' in c) });
}

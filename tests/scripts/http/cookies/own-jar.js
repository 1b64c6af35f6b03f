// description: a request can use a jar of its own
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const jar = new http.CookieJar();
  jar.set(__ENV.SERVER, 'own', '1');
  check(http.get(`${__ENV.SERVER}/cookies`, { jar }).json(), { own: (c) => c.own === '1' });
  check(http.get(`${__ENV.SERVER}/cookies`).json(), { 'not the default': (c) => !('own' in c) });
  http.get(`${__ENV.SERVER}/set-cookies?got=2`, { jar });
  check(jar.cookiesForURL(__ENV.SERVER), { received: (c) => c.got[0] === '2' });
}

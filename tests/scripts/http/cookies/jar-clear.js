// description: clear and delete take cookies out of a jar
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const jar = http.cookieJar();
  jar.set(__ENV.SERVER, 'a', '1');
  jar.set(__ENV.SERVER, 'b', '2');
  jar.delete(__ENV.SERVER, 'a');
  check(http.get(`${__ENV.SERVER}/cookies`).json(), { deleted: (c) => !('a' in c) && c.b === '2' });
  jar.clear(__ENV.SERVER);
  check(http.get(`${__ENV.SERVER}/cookies`).json(), { cleared: (c) => Object.keys(c).length === 0 });
}

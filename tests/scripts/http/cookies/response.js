// description: response.cookies has the attributes of each cookie
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const attributes = encodeURIComponent('sid=abc; Path=/; Max-Age=60; HttpOnly; Secure; Expires=Wed, 21 Oct 2065 07:28:00 GMT');
  const r = http.get(`${__ENV.SERVER}/set-cookies?${attributes}&plain=1`);
  check(r.cookies.sid[0], {
    value: (c) => c.name === 'sid' && c.value === 'abc', path: (c) => c.path === '/', 'max age': (c) => c.max_age === 60,
    flags: (c) => c.http_only === true && c.secure === true, expires: (c) => c.expires === Date.UTC(2065, 9, 21, 7, 28, 0),
  });
  check(r.cookies.plain[0], { plain: (c) => c.value === '1' && c.http_only === false && c.secure === false && c.domain === '' });
}

// description: response.request shows what was sent
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  http.cookieJar().set(__ENV.SERVER, 'c', '1');
  const r = http.post(`${__ENV.SERVER}/echo`, { a: 'b' }, { headers: { 'X-A': 'x' } });
  check(r.request, {
    body: (q) => q.body === 'a=b', method: (q) => q.method === 'POST', headers: (q) => q.headers['X-A'][0] === 'x',
    type: (q) => q.headers['Content-Type'][0] === 'application/x-www-form-urlencoded',
    cookies: (q) => q.cookies.c[0].value === '1',
  });
}

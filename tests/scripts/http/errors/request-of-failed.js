// description: response.request of a request that could not be sent tells what it would have been
// log 2 times: level=warning msg="Request Failed"
import { check } from 'k6';
import http from 'k6/http';
export default function () {
  http.cookieJar().set(`http://${__ENV.REFUSED}/`, 'kept', '1');
  const refused = http.post(`http://${__ENV.REFUSED}/`, { q: 1 }, { headers: { 'x-own': 'a' }, cookies: { given: '2' } }).request;
  const blocked = http.get('gopher://shop.test/', { headers: { 'X-Own': 'b' } }).request;
  check(refused, {
    'own field': (r) => r.headers['X-Own'][0] === 'a',
    'default fields': (r) => r.headers['User-Agent'].length === 1 && r.headers['Content-Type'][0] === 'application/x-www-form-urlencoded',
    cookies: (r) => r.cookies.kept[0].value === '1' && r.cookies.given[0].value === '2',
    body: (r) => r.body === 'q=1',
  });
  check(blocked, { 'of an unknown scheme': (r) => r.headers['X-Own'][0] === 'b' });
}

// description: a cookie with replace stands in for the jar's, else both are sent
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  http.get(`${__ENV.SERVER}/set-cookies?a=jar`);
  const header = (cookies) => http.get(`${__ENV.SERVER}/echo`, { cookies }).json('headers').cookie;
  check(header({ a: { value: 'mine', replace: true } }), { replaced: (h) => h === 'a=mine' });
  check(header({ a: 'mine' }), { both: (h) => h.includes('a=jar') && h.includes('a=mine') });
}

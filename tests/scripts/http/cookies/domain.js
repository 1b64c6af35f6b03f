// description: a cookie for another domain is not taken
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  http.get(`${__ENV.SERVER}/set-cookies?${encodeURIComponent('x=1; Domain=elsewhere.test')}`);
  check(http.get(`${__ENV.SERVER}/cookies`).json(), { none: (c) => Object.keys(c).length === 0 });
}

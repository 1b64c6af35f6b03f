// description: a secure cookie goes over plain http to a loopback address
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  http.cookieJar().set(__ENV.SERVER, 'safe', '3', { secure: true });
  check(http.get(`${__ENV.SERVER}/cookies`).json(), { sent: (c) => c.safe === '3' });
}

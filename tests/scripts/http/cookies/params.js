// description: cookies given with a request are sent with it only
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/cookies`, { cookies: { mine: 'x' } }).json(), { sent: (c) => c.mine === 'x' });
  check(http.get(`${__ENV.SERVER}/cookies`).json(), { 'not kept': (c) => !('mine' in c) });
}

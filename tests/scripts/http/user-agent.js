// description: userAgent sets the header, a request's own header wins
import http from 'k6/http';
import { check } from 'k6';
export const options = { userAgent: 'mine/1.0' };
export default function () {
  check(http.get(`${__ENV.SERVER}/echo`).json('headers'), { option: (h) => h['user-agent'] === 'mine/1.0' });
  check(http.get(`${__ENV.SERVER}/echo`, { headers: { 'User-Agent': 'own' } }).json('headers'), { header: (h) => h['user-agent'] === 'own' });
}

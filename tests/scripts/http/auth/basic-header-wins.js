// description: an Authorization header of the script is sent as it is
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const sent = http.get(`${__ENV.SERVER}/echo`, { headers: { Authorization: 'Bearer token' } }).json('headers');
  check(sent, { bearer: (h) => h.authorization === 'Bearer token' });
}

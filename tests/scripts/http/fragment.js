// description: a fragment is not sent
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/echo?a=1#part`), { target: (r) => r.json('target') === '/echo?a=1' });
}

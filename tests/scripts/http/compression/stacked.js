// description: encodings applied in turn are taken off in turn
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/encoded/gzip,deflate`), { both: (r) => r.json('encoding') === 'gzip' });
}

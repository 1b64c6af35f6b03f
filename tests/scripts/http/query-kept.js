// description: the query goes out as it is written
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`${__ENV.SERVER}/echo?a=1&a=2&b=%20x&c`);
  check(r.json(), {
    target: (j) => j.target === '/echo?a=1&a=2&b=%20x&c',
    values: (j) => j.query.a.length === 2 && j.query.b[0] === ' x',
  });
}

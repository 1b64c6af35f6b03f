// description: POST without, with null or with undefined body has length 0
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  for (const body of [null, undefined]) {
    check(http.post(`${__ENV.SERVER}/echo`, body).json(), { empty: (s) => s.length === 0, 'length 0': (s) => s.headers['content-length'] === '0' });
  }
  check(http.post(`${__ENV.SERVER}/echo`, '').json(), { 'empty string': (s) => s.length === 0 });
}

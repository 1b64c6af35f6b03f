// description: a request with a thousand headers goes out whole
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const headers = {};
  for (let i = 0; i < 1000; i++) headers[`X-Header-${i}`] = `value ${i}`;
  check(http.get(`${__ENV.SERVER}/echo`, { headers }), { all: (r) => r.json('names').length === 1002 });
}

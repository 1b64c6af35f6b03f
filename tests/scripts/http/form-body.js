// description: an object body is a urlencoded form with sorted keys; arrays repeat the key
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const sent = http.post(`${__ENV.SERVER}/echo`, { b: 'x y&z', a: 1, list: ['p', 'q'], flag: true }).json();
  check(sent, {
    type: (s) => s.headers['content-type'] === 'application/x-www-form-urlencoded',
    body: (s) => s.body === 'a=1&b=x+y%26z&flag=true&list=p&list=q',
    length: (s) => s.headers['content-length'] === String(s.length),
  });
}

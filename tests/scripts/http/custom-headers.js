// description: header values are sent as text, Host sets the host
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const sent = http.get(`${__ENV.SERVER}/echo`, { headers: { 'X-Text': 'a b', 'X-Number': 5, 'x-lower': 'kept', Host: 'shop.test' } }).json();
  check(sent.headers, {
    text: (h) => h['x-text'] === 'a b', number: (h) => h['x-number'] === '5', lower: (h) => h['x-lower'] === 'kept',
    host: (h) => h.host === 'shop.test',
  });
  check(sent.names, { 'names are canonical': (n) => n.includes('X-Lower') });
}

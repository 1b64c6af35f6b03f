// description: a content type that the script gives is kept for an object body
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const sent = http.post(`${__ENV.SERVER}/echo`, { a: 1 }, { headers: { 'Content-Type': 'text/x-form' } }).json();
  check(sent, { type: (s) => s.headers['content-type'] === 'text/x-form', body: (s) => s.body === 'a=1' });
}

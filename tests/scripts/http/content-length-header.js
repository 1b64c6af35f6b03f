// description: a Content-Length of the script's own is dropped with a warning when it is wrong
// log: level=warning msg~"Content-Length"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const sent = http.post(`${__ENV.SERVER}/echo`, 'four', { headers: { 'Content-Length': '99' } }).json();
  check(sent, { real: (s) => s.headers['content-length'] === '4' });
}

// description: status_text has the server's own words
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/reason`), { words: (r) => r.status_text === '200 Everything Is Fine' });
}

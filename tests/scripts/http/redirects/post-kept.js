// description: 307 and 308 keep method and body
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  for (const status of [307, 308]) {
    check(http.post(`${__ENV.SERVER}/redirect/${status}`, 'body').json(), { [`${status}`]: (j) => j.method === 'POST' && j.body === 'body' });
  }
}

// description: 301, 302 and 303 turn a POST into a GET without body
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  for (const status of [301, 302, 303]) {
    check(http.post(`${__ENV.SERVER}/redirect/${status}`, 'body').json(), {
      [`${status}`]: (j) => j.method === 'GET' && j.length === 0 && !('content-type' in j.headers),
    });
  }
}

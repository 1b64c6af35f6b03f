// description: response.request shows Host and Authorization only where the script gave them
import { check } from 'k6';
import http from 'k6/http';
export default function () {
  const plain = http.get(`http://user:secret@${__ENV.HOST}/echo`).request.headers;
  const own = http.get(`${__ENV.SERVER}/echo`, { headers: { Host: 'shop.test', Authorization: 'Bearer t' } }).request.headers;
  check(plain, { 'neither by itself': (h) => h.Host === undefined && h.Authorization === undefined });
  check(own, { both: (h) => h.Host[0] === 'shop.test' && h.Authorization[0] === 'Bearer t' });
}

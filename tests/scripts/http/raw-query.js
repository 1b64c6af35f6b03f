// description: spaces and letters beyond ASCII in a query are sent as they are
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/raw?q=ü`), { raw: (r) => r.body.startsWith('GET /raw?q=ü HTTP/1.1\r\n') });
}

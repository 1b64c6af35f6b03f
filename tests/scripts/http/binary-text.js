// description: bytes that are no UTF-8 still come as some text
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/bytes/256`), { text: (r) => typeof r.body === 'string' && r.body.length >= 200 });
}

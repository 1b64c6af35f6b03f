// description: response headers past a megabyte or so are refused, fewer are not
// log: level=warning msg="Request Failed"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/header-flood/32`), { fine: (r) => r.status === 200 && r.body === 'ok' });
  check(http.get(`${__ENV.SERVER}/header-flood/12000`), { refused: (r) => r.status === 0 && r.error_code === 1000 });
}

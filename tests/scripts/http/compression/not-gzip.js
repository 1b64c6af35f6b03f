// description: a body that is not what its encoding says is error 1701
// log: level=warning msg="Request Failed" error~"error decompressing response body"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/not-gzip`), { code: (r) => r.error_code === 1701 && r.error !== '' });
}

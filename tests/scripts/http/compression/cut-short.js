// description: a compressed body that ends too soon is an error
// log: level=warning msg="Request Failed" error="unexpected EOF"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/cut-gzip`), { cut: (r) => r.error_code === 1000 && r.error === 'unexpected EOF' });
}

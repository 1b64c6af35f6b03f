// description: a certificate of an unknown authority is error 1310
// log: level=warning msg="Request Failed" error~"x509"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.TLS}/tls`), { code: (r) => r.status === 0 && r.error_code === 1310 && r.error === 'x509: unknown authority' });
}

// description: a certificate for another host is error 1311
// env: SSL_CERT_FILE={CA}
// log: level=warning msg="Request Failed" error~"x509"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(__ENV.WRONG_HOST), { code: (r) => r.status === 0 && r.error_code === 1311 && r.error === "x509: certificate doesn't match hostname" });
}

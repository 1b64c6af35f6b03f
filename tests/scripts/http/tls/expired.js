// description: an expired certificate is refused
// env: SSL_CERT_FILE={CA}
// log: level=warning msg="Request Failed" error~"expired"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(__ENV.EXPIRED), { refused: (r) => r.status === 0 && r.error_code >= 1000 && r.error.includes('expired') });
}

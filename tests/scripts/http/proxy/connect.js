// description: HTTPS_PROXY makes a tunnel for https
// env: HTTPS_PROXY={PROXY}
// env: SSL_CERT_FILE={CA}
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get('https://shop.test/echo'), { tunnelled: (r) => r.status === 200 && r.json('host') === 'shop.test' });
}

// description: tlsAuth presents a client certificate
// env: SSL_CERT_FILE={CA}
import http from 'k6/http';
import { check } from 'k6';
export const options = { tlsAuth: [{ cert: open(__ENV.CLIENT_CERT), key: open(__ENV.CLIENT_KEY) }] };
export default function () {
  check(http.get(`${__ENV.CLIENT_AUTH}/tls`), { known: (r) => r.json('client.commonName') === 'client' });
}

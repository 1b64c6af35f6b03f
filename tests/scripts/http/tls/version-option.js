// description: tlsVersion bounds what is offered
// env: SSL_CERT_FILE={CA}
// points: http_reqs{tls_version=tls1.2}.count == 1
import http from 'k6/http';
import { check } from 'k6';
export const options = { tlsVersion: { min: 'tls1.2', max: http.TLS_1_2 } };
export default function () {
  check(http.get(`${__ENV.TLS}/tls`), { agreed: (r) => r.json('version') === 'TLSv1.2' && r.tls_version === 'tls1.2' });
}

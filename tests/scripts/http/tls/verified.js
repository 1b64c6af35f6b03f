// description: a certificate of a known authority is accepted, and its session described
// env: SSL_CERT_FILE={CA}
// metric: http_req_tls_handshaking.max > 0
// points: http_reqs{tls_version=tls1.3,proto=HTTP/1.1}.count == 2
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`${__ENV.TLS}/tls`);
  check(r, {
    version: (r) => r.tls_version === http.TLS_1_3 && r.json('version') === 'TLSv1.3',
    cipher: (r) => r.tls_cipher_suite === r.json('cipher'),
    'handshake time': (r) => r.timings.tls_handshaking > 0,
  });
  check(http.get(`${__ENV.TLS}/tls`), { 'connection kept': (r) => r.timings.tls_handshaking === 0 });
}

// description: tlsCipherSuites chooses the cipher of TLS 1.2
// env: SSL_CERT_FILE={CA}
import http from 'k6/http';
import { check } from 'k6';
export const options = { tlsVersion: 'tls1.2', tlsCipherSuites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'] };
export default function () {
  check(http.get(`${__ENV.TLS}/tls`), {
    cipher: (r) => r.json('cipher') === 'ECDHE-ECDSA-AES256-GCM-SHA384' && r.tls_cipher_suite === 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  });
}

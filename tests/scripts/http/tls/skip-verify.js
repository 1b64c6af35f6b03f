// description: insecureSkipTLSVerify accepts any certificate
// args: --insecure-skip-tls-verify
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  for (const server of [__ENV.TLS, __ENV.EXPIRED, __ENV.WRONG_HOST]) check(http.get(server), { ok: (r) => r.status === 200 });
}

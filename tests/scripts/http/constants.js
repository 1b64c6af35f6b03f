// description: http has its constants
import http, { get } from 'k6/http';
import * as all from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http, {
    tls: (h) => h.TLS_1_0 === 'tls1.0' && h.TLS_1_1 === 'tls1.1' && h.TLS_1_2 === 'tls1.2' && h.TLS_1_3 === 'tls1.3',
    ocsp: (h) => h.OCSP_STATUS_GOOD === 'good' && h.OCSP_REASON_KEY_COMPROMISE === 'key_compromise',
    named: () => typeof get === 'function' && typeof all.post === 'function',
  });
}

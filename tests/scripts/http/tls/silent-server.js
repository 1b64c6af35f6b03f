// description: a server that takes a TLS connection and never shakes hands runs into the timeout
// log: level=warning msg="Request Failed" error~"request timeout"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`https://${__ENV.SILENT}/`, { timeout: 300 }), { timeout: (r) => r.status === 0 && r.error_code === 1050 });
}

// description: a connection that is taken and never served runs into the timeout, alone and in a batch
// log 3 times: level=warning msg="Request Failed" error~"request timeout"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const url = `http://${__ENV.SILENT}/`;
  check(http.post(url, 'x'.repeat(100), { timeout: 200 }), { timeout: (r) => r.status === 0 && r.error_code === 1050 });
  const [a, b, c] = http.batch([['GET', url, null, { timeout: 200 }], ['GET', __ENV.SERVER], ['GET', url, null, { timeout: 250 }]]);
  check(null, { batch: () => a.error_code === 1050 && b.status === 200 && c.error_code === 1050 });
}

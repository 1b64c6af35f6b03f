// description: a network error resolves to a response unless throw is given
// log: level=warning error~"connection refused"
import http from 'k6/http';
import { check } from 'k6';
export default async function () {
  check(await http.asyncRequest('GET', __ENV.REFUSED), { resolved: (r) => r.error_code === 1212 });
  let message = '';
  await http.asyncRequest('GET', __ENV.REFUSED, null, { throw: true }).catch((e) => { message = String(e); });
  check(message, { rejected: (m) => m.includes('connection refused') });
}

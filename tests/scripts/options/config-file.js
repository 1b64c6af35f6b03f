// description: --config gives options that the script may override
// file config.json: {"iterations": 4, "userAgent": "from-config", "discardResponseBodies": true}
// args: --config config.json
// metric: iterations.count == 4
import http from 'k6/http';
import { check } from 'k6';
export const options = { userAgent: 'from-script' };
export default function () {
  check(http.get(`${__ENV.SERVER}/echo`, { responseType: 'text' }), { script: (r) => r.json('headers')['user-agent'] === 'from-script' });
  check(http.get(__ENV.SERVER), { config: (r) => r.body === null });
}

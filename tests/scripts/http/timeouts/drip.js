// description: a response that drips is stopped by the timeout, not kept alive by its drops
// log: level=warning msg="Request Failed" error~"request timeout"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/drip/100/20`, { timeout: 150 }), { stopped: (r) => r.error_code === 1050 });
  check(http.get(`${__ENV.SERVER}/drip/3/20`, { timeout: 2000 }), { fine: (r) => r.body === '...' });
}

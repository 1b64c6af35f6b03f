// description: blacklistIPs refuses addresses with code 1110
// args: --blacklist-ip 127.0.0.0/8
// log: level=warning msg="Request Failed" error~"is in a blacklisted range"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(__ENV.SERVER), { code: (r) => r.error_code === 1110 && r.error === 'ip is blacklisted' });
}

// description: a name that does not exist is a DNS error
// log: level=warning msg="Request Failed"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get('http://nowhere.invalid/'), { code: (r) => r.status === 0 && (r.error_code === 1101 || r.error_code === 1100) });
}

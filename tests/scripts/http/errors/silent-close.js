// description: a connection closed without a word is a generic error
// log: level=warning msg="Request Failed" error~"EOF"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.post(`${__ENV.SERVER}/silent-close`, 'x'), { code: (r) => r.status === 0 && r.error_code === 1000 && r.error === 'EOF' });
}

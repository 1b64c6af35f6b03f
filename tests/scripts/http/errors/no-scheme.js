// description: a URL without scheme is an unsupported one
// log: level=warning msg="Request Failed" error~"unsupported protocol scheme"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get('not a url'), { code: (r) => r.status === 0 && r.error === 'unsupported protocol scheme ""' && r.error_code === 1000 });
}

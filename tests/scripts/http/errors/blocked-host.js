// description: blockHostnames refuses names and wildcards with code 1111
// log 2 times: level=warning msg="Request Failed" error~"is in a blocked pattern"
import http from 'k6/http';
import { check } from 'k6';
export const options = { blockHostnames: ['exact.test', '*.wild.test'] };
export default function () {
  check(http.get('http://exact.test/'), { exact: (r) => r.error_code === 1111 && r.error === 'hostname is blocked' });
  check(http.get('http://a.wild.test/'), { wildcard: (r) => r.error_code === 1111 });
  check(http.get(__ENV.SERVER), { other: (r) => r.status === 200 });
}

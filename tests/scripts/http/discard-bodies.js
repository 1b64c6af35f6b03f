// description: discardResponseBodies leaves bodies out unless a request asks for its own
import http from 'k6/http';
import { check } from 'k6';
export const options = { discardResponseBodies: true };
export default function () {
  check(http.get(__ENV.SERVER), { discarded: (r) => r.body === null && r.status === 200 });
  check(http.get(__ENV.SERVER, { responseType: 'text' }), { asked: (r) => r.body === 'hello\n' });
}

// description: a body without a length ends with the connection
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/until-close`), { body: (r) => r.body === 'no length given\n' && r.error === '' });
  check(http.get(`${__ENV.SERVER}/http10`), { old: (r) => r.body === 'old\n' && r.proto === 'HTTP/1.0' });
}

// description: a connection that the server closed while idle is replaced without an error
import http from 'k6/http';
import { check, sleep } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/close-idle`), { first: (r) => r.status === 200 });
  sleep(0.2);
  check(http.get(__ENV.SERVER), { second: (r) => r.status === 200 && r.error_code === 0 });
}

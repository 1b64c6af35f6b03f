// description: a body that unpacks to 64 MiB is read without harm when it is not kept
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/bomb/64`, { responseType: 'none' }), { 'no body': (r) => r.status === 200 && r.body === null });
}

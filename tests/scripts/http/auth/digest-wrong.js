// description: a wrong password ends in 401
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`http://ali:wrong@${__ENV.HOST}/digest/ali/sesame`, { auth: 'digest' }), { out: (r) => r.status === 401 });
}

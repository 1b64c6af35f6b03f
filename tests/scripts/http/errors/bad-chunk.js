// description: a chunk length that is no number, or a chunk cut short, is an error
// log 2 times: level=warning msg="Request Failed"
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(`${__ENV.SERVER}/bad-chunk`), { bad: (r) => r.error_code === 1000 && r.error !== '' });
  check(http.get(`${__ENV.SERVER}/cut-chunk`), { cut: (r) => r.error_code === 1000 && r.error === 'unexpected EOF' });
}

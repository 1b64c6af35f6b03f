// description: what is no URL is refused with code 1020 or 1000, without a request
// metric: http_reqs absent
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(), { nothing: (r) => r.status === 0 && r.error_code === 1020 });
  check(http.get('http://x y/'), { space: (r) => r.error_code === 1020 });
}

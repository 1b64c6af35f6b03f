// description: an empty batch is an empty answer
// metric: http_reqs absent
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.batch([]), { empty: (r) => Array.isArray(r) && r.length === 0 });
}

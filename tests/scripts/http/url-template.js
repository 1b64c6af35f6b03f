// description: http.url groups requests under the template's text
// args: --iterations 2
// points: http_reqs.count == 2
// wrote points.ndjson contains: /echo/${}"
// wrote points.ndjson lacks: /echo/1
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  check(http.get(http.url`${__ENV.SERVER}/echo/${__ITER}`), { 'whole url used': (r) => r.json('path') === `/echo/${__ITER}` });
  check(http.url`/a/${5}/b`, { object: (u) => u.name === '/a/${}/b' && u.url === '/a/5/b' && u.clean_url === '/a/5/b' });
}

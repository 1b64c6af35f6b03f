// description: credentials in a URL are masked in tags, and sent
// points: http_reqs.count == 1
// wrote points.ndjson lacks: sesame
// wrote points.ndjson contains: ****:****@
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`http://ali:sesame@${__ENV.HOST}/echo`);
  check(r, { sent: (r) => r.json('headers').authorization === 'Basic YWxpOnNlc2FtZQ==' });
}

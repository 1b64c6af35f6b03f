// description: asyncRequest resolves to a response
// metric: http_reqs.count == 1
// metric: iterations.count == 1
import http from 'k6/http';
import { check } from 'k6';
export default async function () {
  const r = await http.asyncRequest('POST', `${__ENV.SERVER}/echo`, 'body', { headers: { 'X-A': 'b' } });
  check(r, { ok: (r) => r.status === 200 && r.json('body') === 'body' && r.json('headers')['x-a'] === 'b' });
}

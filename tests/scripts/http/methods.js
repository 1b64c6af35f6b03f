// description: each shorthand sends its method
// metric: http_reqs.count == 7
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const url = `${__ENV.SERVER}/echo`;
  const sent = {
    GET: http.get(url), POST: http.post(url), PUT: http.put(url, 'x'), PATCH: http.patch(url, 'x'), DELETE: http.del(url),
    OPTIONS: http.options(url), PURGE: http.request('PURGE', url),
  };
  for (const method of Object.keys(sent)) check(sent[method], { [method]: (r) => r.json('method') === method });
}

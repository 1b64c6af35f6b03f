// description: a name tag of the run or the VU stands for name and url of requests, one of the request wins
// args: --tag name=whole
// points: http_reqs{name=whole,url=whole}.count == 1
// points: http_reqs{name=own,url=own}.count == 1
// points: http_reqs{name=vu,url=vu}.count == 1
// points: http_reqs{name=literal,url=literal}.count == 1
import exec from 'k6/execution';
import http from 'k6/http';
export default function () {
  http.get(`${__ENV.SERVER}/`);
  http.get(`${__ENV.SERVER}/`, { tags: { name: 'own' } });
  http.get(http.url`${__ENV.SERVER}/`, { tags: { name: 'literal' } });
  exec.vu.tags.name = 'vu';
  http.get(`${__ENV.SERVER}/`);
}

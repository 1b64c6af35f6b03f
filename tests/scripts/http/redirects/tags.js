// description: each hop has its own url in its tags; a name given covers all of them
// points: http_reqs{name=whole}.count == 2
// points: http_reqs{name=whole,status=302}.count == 1
// points: http_reqs.count == 4
import http from 'k6/http';
export default function () {
  http.get(`${__ENV.SERVER}/redirect/302/1`, { tags: { name: 'whole' } });
  http.get(`${__ENV.SERVER}/redirect/302/1`);
}

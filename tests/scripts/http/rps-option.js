// description: rps bounds the requests of all VUs together
// args: --rps 20 --vus 4 --iterations 8
// metric: http_reqs.count == 8
// metric: http_reqs.rate < 30
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER);
}

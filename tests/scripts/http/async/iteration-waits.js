// description: an iteration is over only when its open requests are
// metric: http_reqs.count == 1
// metric: iteration_duration.min >= 150
import http from 'k6/http';
export default function () {
  http.asyncRequest('GET', `${__ENV.SERVER}/delay/150`);
}

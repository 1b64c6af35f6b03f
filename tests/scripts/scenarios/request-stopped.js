// description: a request under way is stopped at the end of its time
// metric: iterations absent
import http from 'k6/http';
export const options = { scenarios: { s: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s' } } };
export default function () {
  http.get(`${__ENV.SERVER}/delay/9000`);
}

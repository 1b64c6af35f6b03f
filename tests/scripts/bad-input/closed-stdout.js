// description: a run without a standard output ends as it would with one
// stdout to: closed
// exit: 0
// metric: iterations.count == 3
// args: --iterations 3
// env: TZ=UTC
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER);
  console.log('line');
}

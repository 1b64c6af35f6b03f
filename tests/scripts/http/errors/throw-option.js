// description: the throw option makes every network error an exception
// args: --throw
// exit: 0
// log: level=error msg~"connection refused" source=stacktrace
// metric: iterations.count == 1
import http from 'k6/http';
export default function () {
  http.get(__ENV.REFUSED);
  console.log('never');
}

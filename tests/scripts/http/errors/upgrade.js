// description: 101 is an exception, whatever throw says
// exit: 0
// log: level=error msg~"unsupported response status: 101 Switching Protocols" source=stacktrace
// metric: http_reqs absent
import http from 'k6/http';
export default function () {
  http.get(`${__ENV.SERVER}/upgrade`);
}

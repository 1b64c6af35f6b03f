// description: response.json without a body is an exception that says so
// exit: 0
// log: level=error msg~"the body is null so we can't transform it to JSON"
import http from 'k6/http';
export default function () {
  http.get(`${__ENV.SERVER}/json`, { responseType: 'none' }).json();
}

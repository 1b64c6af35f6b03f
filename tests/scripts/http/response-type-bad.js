// description: an unknown responseType fails the request
// exit: 0
// log: level=warning msg="Request Failed" error~"ResponseType"
// metric: iterations.count == 1
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER, { responseType: 'nope' });
}

// description: a timeout that is no duration fails the request
// exit: 0
// log: level=warning msg="Request Failed" error~"invalid timeout value"
// metric: iterations.count == 1
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER, { timeout: '1x' });
}

// description: a redirect to a scheme that is not http fails the request
// exit: 0
// log: level=warning msg="Request Failed" error~"unsupported protocol scheme"
// metric: iterations.count == 1
import http from 'k6/http';
export default function () {
  http.get(`${__ENV.SERVER}/redirect/302?to=ftp://127.0.0.1/x`);
}

// description: an unknown compression fails the request
// exit: 0
// log: level=warning msg="Request Failed" error~"unknown compression"
// metric: iterations.count == 1
import http from 'k6/http';
export default function () {
  http.post(`${__ENV.SERVER}/decoded`, 'x', { compression: 'rar' });
}

// description: a number is no body
// exit: 0
// log: level=warning msg="Request Failed" error~"unknown request body type"
// metric: iterations.count == 1
import http from 'k6/http';
export default function () {
  http.post(`${__ENV.SERVER}/echo`, 5);
}

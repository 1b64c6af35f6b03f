// description: too few file descriptors give failed requests, not a crash
// descriptors: 40
// exit: 0
// args: --vus 60 --iterations 60
// stdout matches: iterations\.+: 60 
// log: level=warning msg="Request Failed" error~"too many open files"
import http from 'k6/http';
import { sleep } from 'k6';
export default function () {
  http.get(`${__ENV.SERVER}/delay/300`);
  sleep(0.3);
}

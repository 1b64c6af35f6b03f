// description: a null tag fails the request without a sample
// log: level=warning msg="Request Failed"
// exit: 0
// metric: http_reqs absent
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER, { tags: { bad: null } });
}

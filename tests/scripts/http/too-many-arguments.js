// description: a third argument to http.get is warned about
// log: level=warning msg~"http.get only accepts a url and a params argument"
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER, null, {});
}

// description: --http-debug logs requests and responses
// args: --http-debug=full
// stderr contains: GET / HTTP/1.1
// stderr contains: HTTP/1.1 200 OK
// stderr contains: hello
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER);
}

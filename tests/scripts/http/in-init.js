// description: no requests in the init context
// exit: 107
// log: level=error msg~"Making http requests in the init context is not supported"
import http from 'k6/http';
http.get(__ENV.SERVER);
export default function () {}

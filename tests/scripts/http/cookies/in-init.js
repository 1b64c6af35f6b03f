// description: cookieJar needs a VU
// exit: 107
// log: level=error msg~"Making cookie jars in the init context is not supported"
import http from 'k6/http';
http.cookieJar();
export default function () {}

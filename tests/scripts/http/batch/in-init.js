// description: no batch in the init context
// exit: 107
// log: level=error msg~"Using batch in the init context is not supported"
import http from 'k6/http';
http.batch([__ENV.SERVER]);
export default function () {}

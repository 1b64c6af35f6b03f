// description: connecting takes time once per connection
// args: --iterations 3
// points: http_req_connecting.count == 3
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const t = http.get(__ENV.SERVER).timings;
  check(t, { connecting: (t) => (t.connecting > 0) === (__ITER === 0), blocked: (t) => t.blocked >= t.connecting, 'no TLS': (t) => t.tls_handshaking === 0 });
}

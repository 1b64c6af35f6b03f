// description: a GET is one request with status, body, headers, timings and address
// metric: http_reqs.count == 1
// metric: http_req_failed.rate == 0
// metric: http_req_duration.max > 0
// metric: data_received.count > 100
// metric: data_sent.count > 50
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const r = http.get(`${__ENV.SERVER}/json`);
  check(r, {
    'status 200': (r) => r.status === 200,
    'status text': (r) => r.status_text === '200 OK',
    proto: (r) => r.proto === 'HTTP/1.1',
    'address': (r) => r.remote_ip === '127.0.0.1' && String(r.remote_port) === __ENV.PORT,
    url: (r) => r.url === `${__ENV.SERVER}/json`,
    'canonical header names': (r) => r.headers['Content-Type'] === 'application/json',
    'no error': (r) => r.error === '' && r.error_code === 0,
    'duration is its parts': (r) => Math.abs(r.timings.duration - r.timings.sending - r.timings.waiting - r.timings.receiving) < 0.001,
    'request kept': (r) => r.request.method === 'GET' && r.request.url === `${__ENV.SERVER}/json` && r.request.body === '',
    'no TLS': (r) => r.tls_version === '' && r.tls_cipher_suite === '',
  });
}

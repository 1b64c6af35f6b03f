// What goes over the wire: the raw port records it.
import http from 'k6/http';

const u = 'http://127.0.0.1:38082/';
export default function () {
  const r = http.get(u + 'plain');
  console.log(JSON.stringify({ headers: r.headers, cookies: r.cookies, proto: r.proto, status_text: r.status_text, request: r.request, error: r.error, error_code: r.error_code, ocsp: r.ocsp, tls: [r.tls_version, r.tls_cipher_suite] }));
  http.get(u + 'headers', { headers: { 'x-lower': '1', 'X-UPPER': '2', accept: 'text/html', 'User-Agent': 'own', Cookie: 'raw=1' }, cookies: { p: 'q', sp: 'x y' } });
  http.get(u + 'only?q=a b&c=é#frag');
  http.get('http://us%20er:pa%3Ass@127.0.0.1:38082/auth', { headers: { Host: 'other.test:81' } });
  http.head(u + 'head');
  http.post(u + 'string', 'héllo');
  http.post(u + 'null');
  http.post(u + 'form', { z: '1', a: ['x', 'y z'], n: 3, t: true, e: 'é&=', o: null });
  http.post(u + 'own-type', { z: '1' }, { headers: { 'content-type': 'text/own' } });
  http.post(u + 'bytes', new Uint8Array([0, 1, 255]).buffer);
  http.post(u + 'gzip', 'aaaaaaaaaaaaaaaaaaaa', { compression: 'gzip' });
  http.post(u + 'file', { f: http.file('data', 'na"me.txt', 'text/plain'), k: 'v' });
  http.put(u + 'put', '{}');
  http.patch(u + 'patch', '{}', { headers: { 'Content-Length': '2' } });
  http.del(u + 'del');
  http.del(u + 'del-body', 'x');
  http.options(u + 'options', null);
  http.request('foo', u + 'method', 'b');
  http.request('GET', u + 'get-body', 'b');
  http.batch([u + 'batch-1', ['POST', u + 'batch-2', 'x'], { method: 'GET', url: u + 'batch-3', body: 'dropped?' }]);
  http.get(http.url`${u}tag/${7}`);
}

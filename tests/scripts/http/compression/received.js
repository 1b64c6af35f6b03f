// description: gzip, deflate, br and zstd bodies arrive unpacked
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  for (const encoding of ['gzip', 'deflate', 'br', 'zstd']) {
    const r = http.get(`${__ENV.SERVER}/encoded/${encoding}`);
    check(r, {
      [encoding]: (r) => r.json('encoding') === encoding && r.json('text').length === 440,
      [`${encoding} named`]: (r) => r.headers['Content-Encoding'] === encoding,
    });
  }
}

// description: responseType chooses text, ArrayBuffer or no body
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const url = `${__ENV.SERVER}/bytes/300`;
  check(http.get(url, { responseType: 'binary' }).body, {
    binary: (b) => b instanceof ArrayBuffer && b.byteLength === 300 && new Uint8Array(b)[250] === 250,
  });
  check(http.get(url, { responseType: 'none' }).body, { none: (b) => b === null });
  check(http.get(`${__ENV.SERVER}/`, { responseType: 'text' }).body, { text: (b) => b === 'hello\n' });
}

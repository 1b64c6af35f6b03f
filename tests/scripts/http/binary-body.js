// description: ArrayBuffer and typed array bodies go out byte for byte
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  const bytes = new Uint8Array([0, 255, 10, 13, 128]);
  for (const body of [bytes, bytes.buffer]) {
    check(http.post(`${__ENV.SERVER}/echo`, body).json(), { bytes: (s) => s.hex === '00ff0a0d80' });
  }
}

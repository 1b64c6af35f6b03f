// description: randomBytes gives that many bytes, other ones each time
import { randomBytes, hexEncode } from 'k6/crypto';
import { check } from 'k6';
export default function () {
  const bytes = randomBytes(16);
  check(bytes, {
    length: (b) => b instanceof ArrayBuffer && b.byteLength === 16, other: (b) => hexEncode(b) !== hexEncode(randomBytes(16)),
    hex: () => hexEncode(new Uint8Array([1, 171]).buffer) === '01ab' && hexEncode('A') === '41',
  });
}

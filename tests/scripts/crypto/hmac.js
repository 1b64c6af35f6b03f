// description: hmac takes text or bytes as key and data
import { hmac, createHMAC } from 'k6/crypto';
import { check } from 'k6';
export default function () {
  const wanted = 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8';
  const text = 'The quick brown fox jumps over the lazy dog';
  const mac = createHMAC('sha256', 'key');
  mac.update(text.slice(0, 10));
  mac.update(text.slice(10));
  check(null, {
    text: () => hmac('sha256', 'key', text, 'hex') === wanted,
    bytes: () => hmac('sha256', new Uint8Array([107, 101, 121]).buffer, text, 'hex') === wanted,
    pieces: () => mac.digest('hex') === wanted,
  });
}

// description: a digest comes as hex, base64 of three kinds or bytes
import { sha256 } from 'k6/crypto';
import { check } from 'k6';
export default function () {
  check(null, {
    base64: () => sha256('abc', 'base64') === 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=',
    base64url: () => sha256('abc', 'base64url') === 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=',
    base64rawurl: () => sha256('abc', 'base64rawurl') === 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0',
    binary: () => { const b = sha256('abc', 'binary'); return b instanceof ArrayBuffer && new Uint8Array(b)[0] === 0xba; },
  });
}

// description: open with b gives bytes
// file a.bin: ABC
import { check } from 'k6';
const bytes = open('./a.bin', 'b');
export default function () {
  check(bytes, { bytes: (b) => b instanceof ArrayBuffer && b.byteLength === 4 && new Uint8Array(b)[0] === 65 });
}

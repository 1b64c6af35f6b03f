// description: TextEncoder and TextDecoder are there
import { check } from 'k6';
export default function () {
  const bytes = new TextEncoder().encode('ß€');
  check(bytes, {
    bytes: (b) => b instanceof Uint8Array && b.join() === '195,159,226,130,172',
    decoded: (b) => new TextDecoder().decode(b) === 'ß€',
    label: () => new TextDecoder('utf-8').encoding === 'utf-8',
    utf16: () => new TextDecoder('utf-16le').decode(new Uint8Array([65, 0])) === 'A',
  });
}

// description: a hasher takes its data in pieces
import { createHash } from 'k6/crypto';
import { check } from 'k6';
export default function () {
  const hash = createHash('sha1');
  hash.update('a');
  hash.update(new Uint8Array([98, 99]).buffer);
  check(hash.digest('hex'), { digest: (d) => d === 'a9993e364706816aba3e25717850c26c9cd0d89d' });
}

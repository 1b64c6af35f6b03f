// description: an unknown algorithm is an exception
// differs: k6 itself crashes here
// [k6] exit: 2
// [proofload] exit: 0
// [proofload] log: level=error msg~"sha7"
import { createHash } from 'k6/crypto';
export default function () {
  createHash('sha7').update('x');
}

// description: an unknown output encoding is an exception
// exit: 0
// log: level=error msg~"[Ii]nvalid output encoding: nope"
import { sha256 } from 'k6/crypto';
export default function () {
  sha256('abc', 'nope');
}

// description: a check's name may not contain ::
// exit: 0
// log: level=error msg~"may not contain '::'"
import { check } from 'k6';
export default function () {
  check(1, { 'a::b': true });
}

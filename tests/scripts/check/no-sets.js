// description: check without a set of checks is an error
// exit: 0
// log: level=error msg~"no checks provided to `check`"
// metric: iterations.count == 1
import { check } from 'k6';
export default function () {
  check(1);
}

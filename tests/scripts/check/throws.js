// description: an exception in a check counts it as failed, skips the rest and ends the iteration
// exit: 0
// metric: checks.fails == 1
// metric: checks.passes == 1
// metric: iterations.count == 1
// log: level=error msg~"in check" source=stacktrace
import { check } from 'k6';
export default function () {
  check(1, { first: true, boom: () => { throw new Error('in check'); }, never: true });
}

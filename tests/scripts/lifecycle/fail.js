// description: fail throws an error with its text
// exit: 0
// log: level=error msg~"given up"
// metric: iterations.count == 1
import { fail } from 'k6';
export default function () {
  fail('given up');
}

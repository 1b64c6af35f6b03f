// description: the summary of a failed check in two groups merges them by name
// golden stdout: summary-merged-checks
// args: --iterations 2
// checks: any
import { check, group } from 'k6';
export default function () {
  group('a', () => check(1, { same: true }));
  group('b', () => check(1, { same: __ITER === 0 }));
}

// description: the summary lists each check once, with its counts when some failed
// args: --iterations 4
// checks: any
// stdout contains: ✓ always
// stdout matches: ✗ sometimes\n\s+↳  50% — ✓ 2 / ✗ 2
import { check } from 'k6';
export default function () {
  check(null, { always: () => true, sometimes: () => __ITER % 2 === 0 });
}

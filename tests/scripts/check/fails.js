// description: a failing check is counted, gives false and does not change the exit code
// metric: checks.passes == 1
// metric: checks.fails == 2
// stdout contains: checks_failed
// stdout matches: ✗ is two
import { check } from 'k6';
export default function () {
  const all = check(1, { 'is one': (v) => v === 1, 'is two': (v) => v === 2, 'is nothing': () => undefined });
  if (all !== false) throw new Error(`check gave ${all}`);
}

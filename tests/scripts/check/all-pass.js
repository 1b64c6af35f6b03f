// description: check returns true when every entry is truthy, and each entry is one sample
// metric: checks.passes == 3
// metric: checks.fails == 0
import { check } from 'k6';
export default function () {
  const all = check({ a: 1 }, { 'is one': (v) => v.a === 1, 'truthy string': () => 'x', 'plain value': true });
  if (all !== true) throw new Error(`check gave ${all}`);
}

// description: a threshold on tags makes a sub-metric of the samples that have them
// metric: my_counter.count == 11
// metric: my_counter{kind:a}.count == 10
// metric: my_counter{kind:a, size:big}.count == 7
import { Counter } from 'k6/metrics';
const c = new Counter('my_counter');
export const options = { thresholds: { 'my_counter{kind:a}': ['count>0'], 'my_counter{kind:a, size:big}': ['count>0'] } };
export default function () {
  c.add(1, { kind: 'b' });
  c.add(3, { kind: 'a' });
  c.add(7, { kind: 'a', size: 'big', other: 'x' });
}

// description: a VU that eats memory without end fails alone; the run ends in its time
// only: proofload (k6 would take all memory of the machine)
// timeout: 60s
// exit: 0
// metric: iterations{scenario:good}.count == 5
// log: level=error scenario=bad
import { sleep } from 'k6';
export const options = {
  scenarios: {
    bad: { executor: 'per-vu-iterations', exec: 'eat', gracefulStop: '0s', maxDuration: '20s' },
    good: { executor: 'per-vu-iterations', exec: 'live', iterations: 5 },
  },
  thresholds: { 'iterations{scenario:good}': ['count==5'] },
};
export function eat() {
  const kept = [];
  for (;;) kept.push(new Array(100000).fill('x'));
}
export function live() {
  sleep(0.02);
}

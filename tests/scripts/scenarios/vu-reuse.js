// description: VUs are used again by a later scenario, with their state
// metric: vus_max.value == 2
import exec from 'k6/execution';
import { check, sleep } from 'k6';
let runs = 0;
export const options = {
  scenarios: {
    first: { executor: 'per-vu-iterations', vus: 2, iterations: 1, maxDuration: '1s', gracefulStop: '0s' },
    second: { executor: 'per-vu-iterations', vus: 2, iterations: 1, startTime: '1100ms', maxDuration: '1s', gracefulStop: '0s' },
  },
};
export default function () {
  check(++runs, { 'same VU': (n) => n === (exec.scenario.name === 'first' ? 1 : 2) });
  sleep(0.1);
}

// description: shared-iterations deals a number of iterations among VUs
// metric: iterations.count == 7
// metric: dropped_iterations absent
import exec from 'k6/execution';
import { check } from 'k6';
export const options = { scenarios: { s: { executor: 'shared-iterations', vus: 3, iterations: 7 } } };
export default function () {
  check(exec.scenario, { executor: (s) => s.executor === 'shared-iterations', 'in range': (s) => s.iterationInTest >= 0 && s.iterationInTest < 7 });
}

// description: iterationInTest gives every iteration of the scenario a number of its own
// metric: sum.count == 45
// metric: iterations.count == 10
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
const sum = new Counter('sum');
export const options = { scenarios: { s: { executor: 'shared-iterations', vus: 4, iterations: 10 } } };
export default function () {
  sum.add(exec.scenario.iterationInTest);
}

// description: per-vu-iterations runs as many in each VU
// metric: iterations.count == 6
// points: seen.sum == 9
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
const seen = new Counter('seen');
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 3, iterations: 2 } } };
export default function () {
  seen.add(exec.vu.iterationInScenario * 3);
}

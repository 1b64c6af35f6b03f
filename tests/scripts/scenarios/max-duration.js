// description: at maxDuration the iterations not begun are dropped
// metric: iterations.count == 2
// metric: dropped_iterations.count == 8
import { sleep } from 'k6';
export const options = { scenarios: { s: { executor: 'shared-iterations', vus: 1, iterations: 10, maxDuration: '1s' } } };
export default function () {
  sleep(0.6);
}

// description: what is still running after gracefulStop is interrupted and not counted
// metric: iterations absent
// metric: iteration_duration absent
// loud:
// stdout matches: 0 complete and 1 interrupted iterations
import { sleep } from 'k6';
export const options = { scenarios: { s: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '200ms' } } };
export default function () {
  sleep(10);
}

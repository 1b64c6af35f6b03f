// description: iterations under way may finish within gracefulStop
// metric: iterations.count == 1
import { sleep } from 'k6';
export const options = { scenarios: { s: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '2s' } } };
export default function () {
  sleep(1.3);
}

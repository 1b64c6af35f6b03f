// description: constant-vus loops for its duration
// metric: vus.value == 2
// metric: iterations.count >= 16
// metric: iterations.count <= 20
import { sleep } from 'k6';
export const options = { scenarios: { s: { executor: 'constant-vus', vus: 2, duration: '1s' } } };
export default function () {
  sleep(0.105);
}

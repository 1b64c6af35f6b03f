// description: constant-arrival-rate starts iterations on schedule
// metric: iterations.count >= 20
// metric: iterations.count <= 21
// metric: dropped_iterations absent
import { sleep } from 'k6';
export const options = {
  scenarios: { s: { executor: 'constant-arrival-rate', rate: 20, timeUnit: '1s', duration: '1s', preAllocatedVUs: 5 } },
};
export default function () {
  sleep(0.05);
}

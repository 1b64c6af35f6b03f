// description: scenarios run side by side
// metric: iterations.count == 4
// metric: iteration_duration.min >= 300
import { sleep } from 'k6';
export const options = {
  scenarios: {
    a: { executor: 'per-vu-iterations', vus: 2, iterations: 1, maxDuration: '1s' },
    b: { executor: 'shared-iterations', vus: 2, iterations: 2, maxDuration: '1s' },
  },
};
export default function () {
  sleep(0.3);
}

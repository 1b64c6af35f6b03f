// description: a stage of no length jumps to its target
// metric: vus_max.value == 3
// metric: iterations.count >= 20
import { sleep } from 'k6';
export const options = {
  scenarios: { s: { executor: 'ramping-vus', startVUs: 0, stages: [{ duration: '0s', target: 3 }, { duration: '1200ms', target: 3 }], gracefulRampDown: '0s', gracefulStop: '1s' } },
};
export default function () {
  sleep(0.1);
}

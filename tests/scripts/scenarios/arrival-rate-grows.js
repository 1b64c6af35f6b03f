// description: VUs up to maxVUs are made while they are needed
// metric: vus_max.value > 1
// metric: vus_max.value <= 4
// metric: iterations.count >= 8
import { sleep } from 'k6';
export const options = {
  scenarios: { s: { executor: 'constant-arrival-rate', rate: 10, timeUnit: '1s', duration: '2s', preAllocatedVUs: 1, maxVUs: 4 } },
};
export default function () {
  sleep(0.35);
}

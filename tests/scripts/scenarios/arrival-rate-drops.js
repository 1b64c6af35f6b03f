// description: an arrival that finds no free VU is dropped, counted and warned about once
// metric: dropped_iterations.count >= 7
// metric: iterations.count <= 3
// log 1 times: level=warning msg~"Insufficient VUs, reached 1 active VUs and cannot initialize more"
import { sleep } from 'k6';
export const options = {
  scenarios: { s: { executor: 'constant-arrival-rate', rate: 10, timeUnit: '1s', duration: '1s', preAllocatedVUs: 1, maxVUs: 1 } },
};
export default function () {
  sleep(0.45);
}

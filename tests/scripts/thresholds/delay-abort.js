// description: delayAbortEval holds an abort back
// exit: 99
// metric: iterations.count == 22
import { check, sleep } from 'k6';
export const options = {
  iterations: 22, thresholds: { checks: [{ threshold: 'rate>0.5', abortOnFail: true, delayAbortEval: '1m' }] },
};
export default function () {
  check(1, { no: false });
  sleep(0.1);
}

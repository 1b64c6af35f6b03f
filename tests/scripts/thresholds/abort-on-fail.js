// description: abortOnFail stops the run at the next evaluation
// exit: 99
// log: level=error msg~"thresholds on metrics 'checks' were crossed; at least one has abortOnFail enabled, stopping test prematurely"
// metric: iterations.count < 80
import { check, sleep } from 'k6';
export const options = { duration: '10s', thresholds: { checks: [{ threshold: 'rate>0.5', abortOnFail: true }] } };
export default function () {
  check(1, { no: false });
  sleep(0.1);
}

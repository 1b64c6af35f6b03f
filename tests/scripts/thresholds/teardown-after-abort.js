// description: teardown and summary run after a threshold abort
// exit: 99
// log: level=info msg="torn down" source=console
// stdout contains: TOTAL RESULTS
import { check, sleep } from 'k6';
export const options = { duration: '10s', thresholds: { checks: [{ threshold: 'rate>0.5', abortOnFail: true }] } };
export default function () {
  check(1, { no: false });
  sleep(0.5);
}
export function teardown() {
  console.log('torn down');
}

// description: one interrupt stops the run at once, runs teardown and summary, and is exit code 105
// exit: 105
// signal: INT on started
// log: msg="torn down"
// stdout contains: TOTAL RESULTS
// metric: iterations absent
import { sleep } from 'k6';
export const options = { duration: '30s' };
export default function () {
  console.log('started');
  sleep(20);
}
export function teardown() {
  console.log('torn down');
}

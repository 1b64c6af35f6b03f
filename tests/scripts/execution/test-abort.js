// description: test.abort stops the run with exit code 108, after teardown and summary
// exit: 108
// log: level=error msg~"test aborted: enough"
// log: level=info msg="torn down"
// metric: never absent
import exec from 'k6/execution';
export const options = { vus: 1, iterations: 5 };
export default function () {
  if (__ITER === 1) exec.test.abort('enough');
}
export function teardown() {
  console.log('torn down');
}

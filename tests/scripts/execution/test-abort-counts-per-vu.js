// description: after an abort, what the VUs of per-vu-iterations had left is not dropped
// exit: 108
// log: level=error msg~"test aborted"
// metric: dropped_iterations absent
import exec from 'k6/execution';
import { sleep } from 'k6';
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 2, iterations: 5 } } };
export default function () {
  if (exec.vu.idInTest === 1) exec.test.abort();
  sleep(5);
}

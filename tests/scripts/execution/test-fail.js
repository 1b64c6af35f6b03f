// description: test.fail marks the run as failed and lets it go on
// exit: 110
// metric: iterations.count == 3
// log: level=error msg~"bad news"
import exec from 'k6/execution';
export const options = { vus: 1, iterations: 3 };
export default function () {
  if (__ITER === 0) exec.test.fail('bad news');
}

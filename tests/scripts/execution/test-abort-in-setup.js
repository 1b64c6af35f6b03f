// description: test.abort in setup runs no iteration
// exit: 108
// metric: iterations absent
import exec from 'k6/execution';
export function setup() {
  exec.test.abort();
}
export default function () {}

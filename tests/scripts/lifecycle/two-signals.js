// description: a second interrupt does not wait for teardown
// exit: 105
// signal: INT on started
// signal: INT on tearing
// no log: msg="torn down"
import { sleep } from 'k6';
export const options = { duration: '30s' };
export default function () {
  console.log('started');
  sleep(20);
}
export function teardown() {
  console.log('tearing down');
  sleep(20);
  console.log('torn down');
}

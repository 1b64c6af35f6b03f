// description: a termination signal is handled like an interrupt
// exit: 105
// signal: TERM on started
// stdout contains: TOTAL RESULTS
import { sleep } from 'k6';
export const options = { duration: '30s' };
export default function () {
  console.log('started');
  sleep(20);
}

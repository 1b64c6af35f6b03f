// description: sleep stops the event loop too
// metric: iteration_duration.min >= 100
// log: msg=slept,timer
import { sleep } from 'k6';
export default function () {
  const seen = [];
  setTimeout(() => { seen.push('timer'); console.log(seen.join()); }, 10);
  sleep(0.1);
  seen.push('slept');
}

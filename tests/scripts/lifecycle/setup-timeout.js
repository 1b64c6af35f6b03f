// description: setup that takes too long is exit code 100
// exit: 100
// log: level=error msg~"setup\\(\\) execution timed out after 1 seconds"
import { sleep } from 'k6';
export const options = { setupTimeout: '1s' };
export function setup() {
  sleep(20);
}
export default function () {}

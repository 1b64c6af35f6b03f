// description: teardown that takes too long is exit code 101
// exit: 101
import { sleep } from 'k6';
export const options = { teardownTimeout: '1s' };
export default function () {}
export function teardown() {
  sleep(20);
}

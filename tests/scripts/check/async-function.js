// description: an async function cannot be a check
// exit: 0
// log: level=error msg~"async"
// metric: iterations.count == 1
import { check } from 'k6';
export default function () {
  check(1, { waits: async () => true });
}

// description: the aborting iteration and its group count, what was left to do is not dropped
// exit: 108
// log: level=error msg~"test aborted"
// metric: iterations.count == 1
// metric: dropped_iterations absent
// points: group_duration{group=::shop}.count == 1
import exec from 'k6/execution';
import { group } from 'k6';
export const options = { vus: 1, iterations: 5 };
export default function () {
  group('shop', () => exec.test.abort());
}

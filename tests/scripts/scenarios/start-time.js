// description: startTime delays a scenario
// metric: lag.min >= 500
// metric: lag.max < 900
import { Trend } from 'k6/metrics';
import exec from 'k6/execution';
const lag = new Trend('lag');
export const options = {
  scenarios: {
    now: { executor: 'per-vu-iterations', exec: 'nothing' },
    later: { executor: 'per-vu-iterations', startTime: '500ms', exec: 'late' },
  },
};
export function nothing() {}
export function late() {
  lag.add(exec.instance.currentTestRunDuration);
}

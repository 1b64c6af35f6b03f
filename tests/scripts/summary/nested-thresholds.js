// description: thresholds of sub-metrics stand under their metric's own
// exit: 99
// golden stdout: summary-nested-thresholds
import { Counter } from 'k6/metrics';
const c = new Counter('cc');
export const options = { thresholds: { cc: ['count>0'], 'cc{kind:a}': ['count>5'], 'iterations{scenario:default}': ['count>0'] } };
export default function () {
  c.add(1, { kind: 'a' });
}

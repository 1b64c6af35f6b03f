// description: all metrics with a crossed threshold are named
// exit: 99
// log: level=error msg~"thresholds on metrics 'checks, my_gauge' have been crossed"
import { check } from 'k6';
import { Gauge } from 'k6/metrics';
const g = new Gauge('my_gauge');
export const options = { thresholds: { my_gauge: ['value<3'], checks: ['rate>0.9'], iterations: ['count==1'] } };
export default function () {
  g.add(5);
  check(1, { no: false });
}

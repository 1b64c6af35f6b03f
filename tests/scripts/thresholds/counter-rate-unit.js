// description: the rate of a counter is shown per second in the list of thresholds, its count is not
// stdout matches: ✓ 'rate>0' rate=\d+(\.\d+)?/s
// stdout matches: ✓ 'count==2' count=2$
import { Counter } from 'k6/metrics';
const sold = new Counter('sold');
export const options = { thresholds: { sold: ['rate>0', 'count==2'] } };
export default function () {
  sold.add(2);
}

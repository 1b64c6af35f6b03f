// description: trends know avg, min, max, med and percentiles
// threshold: tt avg==2 passed
// threshold: tt min==1 passed
// threshold: tt max==3 passed
// threshold: tt med==2 passed
// threshold: tt p(50)==2 passed
// threshold: tt p(99.9)<3.1 passed
import { Trend } from 'k6/metrics';
const t = new Trend('tt');
export const options = { thresholds: { tt: ['avg==2', 'min==1', 'max==3', 'med==2', 'p(50)==2', 'p(99.9)<3.1'] } };
export default function () {
  [1, 2, 3].forEach((v) => t.add(v));
}

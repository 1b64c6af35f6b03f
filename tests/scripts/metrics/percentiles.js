// description: percentiles interpolate between the two nearest values
// args: --summary-trend-stats=p(0),p(50),p(90),p(99),p(99.9),p(100),count
// metric: t1.p(0) == 1
// metric: t1.p(50) == 50.5
// metric: t1.p(90) == 90.1
// metric: t1.p(99) == 99.01
// metric: t1.p(99.9) > 99.9
// metric: t1.p(100) == 100
// metric: t1.count == 100
import { Trend } from 'k6/metrics';
const t = new Trend('t1');
export default function () {
  for (let i = 100; i >= 1; i--) t.add(i);
}

// description: each kind of metric aggregates in its own way
// metric: my_counter.count == 6
// metric: my_gauge.value == 3
// metric: my_gauge.min == 1
// metric: my_gauge.max == 3
// metric: my_rate.rate == 0.5
// metric: my_rate.passes == 2
// metric: my_rate.fails == 2
// metric: my_trend.min == 1
// metric: my_trend.max == 3
// metric: my_trend.avg == 2
// metric: my_trend.med == 2
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
const counter = new Counter('my_counter');
const gauge = new Gauge('my_gauge');
const rate = new Rate('my_rate');
const trend = new Trend('my_trend');
export default function () {
  for (const v of [2, 1, 3]) {
    counter.add(v);
    gauge.add(v);
    trend.add(v);
  }
  for (const v of [true, 0, 1, false]) rate.add(v);
}

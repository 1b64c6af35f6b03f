// description: with throw a bad value is an exception
// args: --throw
// exit: 0
// log: level=error msg~"is an invalid value for metric 'my_trend'"
import { Trend } from 'k6/metrics';
const t = new Trend('my_trend');
export default function () {
  t.add(NaN);
}

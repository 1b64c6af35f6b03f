// description: a metric of times is printed as times
// stdout matches: my_time\.+: avg=1\.5s
// stdout matches: my_number\.+: avg=1500 
import { Trend } from 'k6/metrics';
const time = new Trend('my_time', true);
const number = new Trend('my_number');
export default function () {
  time.add(1500);
  number.add(1500);
}

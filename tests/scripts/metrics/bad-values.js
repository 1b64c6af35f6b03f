// description: NaN, null and other non-numbers are warned about and not taken
// log 3 times: level=warning msg~"is an invalid value for metric 'my_trend', a number or a boolean value is expected"
// metric: my_trend absent
import { Trend } from 'k6/metrics';
import { check } from 'k6';
const t = new Trend('my_trend');
export default function () {
  check(null, { nan: () => t.add(NaN) === false, null: () => t.add(null) === false, text: () => t.add('seven') === false });
}

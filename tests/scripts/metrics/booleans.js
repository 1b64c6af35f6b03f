// description: add takes true as 1 and numeric text as its number, and says whether it took it
// metric: my_counter.count == 8
import { Counter } from 'k6/metrics';
import { check } from 'k6';
const c = new Counter('my_counter');
export default function () {
  check(null, { bool: () => c.add(true) === true, text: () => c.add('7') === true });
}

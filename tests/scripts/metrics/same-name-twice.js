// description: the same name and kind is the same metric
// metric: shared_one.count == 2
import { Counter } from 'k6/metrics';
const a = new Counter('shared_one');
const b = new Counter('shared_one');
export default function () {
  a.add(1);
  b.add(1);
}

// description: a tag of the VU can be deleted; numbers and booleans become text
// points: my_counter{n=5,b=true}.count == 1
// points: my_counter{!n,b=true}.count == 1
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
const c = new Counter('my_counter');
export default function () {
  exec.vu.tags.n = 5;
  exec.vu.tags['b'] = true;
  c.add(1);
  delete exec.vu.tags.n;
  c.add(1);
}

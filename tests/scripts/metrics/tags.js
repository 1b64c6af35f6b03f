// description: tags of add and of the VU stand on a custom metric's sample
// points: my_counter{own=1,scenario=default,group=::g}.count == 1
// points: my_counter{group=}.count == 1
import { Counter } from 'k6/metrics';
import { group } from 'k6';
const c = new Counter('my_counter');
export default function () {
  c.add(1);
  group('g', () => c.add(1, { own: '1' }));
}

// description: a metric knows its name
import { Counter } from 'k6/metrics';
import { check } from 'k6';
const c = new Counter('my_counter');
export default function () {
  check(c, { name: (c) => c.name === 'my_counter' });
}

// description: an interval fires until it is cleared
// metric: ticks.count == 3
import { Counter } from 'k6/metrics';
const ticks = new Counter('ticks');
export default function () {
  let n = 0;
  const id = setInterval(() => {
    ticks.add(1);
    if (++n === 3) clearInterval(id);
  }, 10);
}

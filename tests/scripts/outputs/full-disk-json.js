// description: a full disk under --out json is told once and does not end the run
// args: --iterations 50 --out json=/dev/full
// exit: 0
// metric: iterations.count == 50
// [proofload] log 1 times: level=error msg="an output could not be written and will be incomplete" error~"no space left on device"
// differs: k6 says nothing
import { Counter } from 'k6/metrics';
const many = new Counter('many');
export default function () {
  for (let i = 0; i < 100; i++) many.add(1, { i: `${i}` });
}

// description: exec.vu counts this VU's iterations and knows its ids
// args: --vus 2 --iterations 2
import exec from 'k6/execution';
import { check } from 'k6';
export default function () {
  check(exec.vu, {
    ids: (v) => v.idInInstance === __VU && v.idInTest === __VU && __VU >= 1 && __VU <= 2,
    iterations: (v) => v.iterationInInstance === __ITER && v.iterationInScenario === __ITER,
  });
}

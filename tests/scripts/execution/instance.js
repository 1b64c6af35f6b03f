// description: exec.instance counts VUs and iterations of this process
// args: --vus 1 --iterations 3
import exec from 'k6/execution';
import { check } from 'k6';
export default function () {
  check(exec.instance, {
    active: (i) => i.vusActive === 1, initialized: (i) => i.vusInitialized === 1, completed: (i) => i.iterationsCompleted === __ITER,
    interrupted: (i) => i.iterationsInterrupted === 0, time: (i) => i.currentTestRunDuration > 0 && i.currentTestRunDuration < 5000,
  });
}

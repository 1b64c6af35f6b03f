// description: exec.scenario tells name, executor, start, progress and iteration numbers
import exec from 'k6/execution';
import { check } from 'k6';
export const options = { scenarios: { buy: { executor: 'shared-iterations', vus: 1, iterations: 4 } } };
let last = -1;
export default function () {
  check(exec.scenario, {
    name: (s) => s.name === 'buy', executor: (s) => s.executor === 'shared-iterations',
    start: (s) => Math.abs(s.startTime - Date.now()) < 5000,
    progress: (s) => s.progress >= 0 && s.progress <= 1,
    'counts up': (s) => s.iterationInTest === last + 1 && s.iterationInInstance === s.iterationInTest,
  });
  last = exec.scenario.iterationInTest;
}

// description: test.options is what the run was made of
// args: --iterations 1 --tag team=a
import exec from 'k6/execution';
import { check } from 'k6';
export const options = { thresholds: { iterations: ['count>0'] }, discardResponseBodies: true };
export default function () {
  check(exec.test.options, {
    scenarios: (o) => o.scenarios.default.executor === 'shared-iterations' && o.scenarios.default.iterations === 1,
    'no shortcuts': (o) => o.iterations === undefined || o.iterations === null,
    discard: (o) => o.discardResponseBodies === true,
    tags: (o) => o.tags.team === 'a',
    thresholds: (o) => o.thresholds.iterations[0].includes('count>0'),
  });
}

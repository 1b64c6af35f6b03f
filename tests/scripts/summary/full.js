// description: the full summary adds all http metrics, groups and scenarios
// args: --summary-mode full
// golden stdout: summary-full
import http from 'k6/http';
import { check, group } from 'k6';
export const options = {
  scenarios: { one: { executor: 'per-vu-iterations', exec: 'first' }, two: { executor: 'per-vu-iterations', exec: 'second' } },
};
export function first() {
  group('front', () => check(http.get(__ENV.SERVER), { 'status is 200': (r) => r.status === 200 }));
}
export function second() {
  group('back', () => {
    group('deep', () => check(http.get(__ENV.SERVER), { 'status is 200': (r) => r.status === 200 }));
  });
}

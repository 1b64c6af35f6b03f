// description: a scenario has its function, its environment and its tags
// points: iterations{scenario=a,flavour=sweet}.count == 1
// points: iterations{scenario=b,!flavour}.count == 1
import { check } from 'k6';
export const options = {
  scenarios: {
    a: { executor: 'per-vu-iterations', exec: 'first', env: { WHO: 'a', SERVER: 'mine' }, tags: { flavour: 'sweet' } },
    b: { executor: 'per-vu-iterations', exec: 'second', startTime: '100ms' },
  },
};
export function first() {
  check(__ENV, { 'a env': (e) => e.WHO === 'a' && e.SERVER === 'mine' });
}
export function second() {
  check(__ENV, { 'b env': (e) => e.WHO === undefined && e.SERVER.startsWith('http://') });
}

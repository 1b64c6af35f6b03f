// description: with full contexts not even a change of a built-in is seen by another VU
// [proofload] args: --cores 1 --isolation=full
// differs: k6 needs no flag for it
// no log: level=warning
import { check } from 'k6';
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 4, iterations: 3 } } };
export default function () {
  check(null, { own: () => [].mark === undefined || [].mark === __VU });
  Array.prototype.mark = __VU;
  Math.random = () => __VU;
}

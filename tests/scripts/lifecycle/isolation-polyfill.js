// description: a script that changes built-ins in its init gets contexts of its own for each VU
// [proofload] args: --cores 1 --verbose
// [proofload] log: level=debug msg~"changes built-ins" builtins~"Array.prototype.mark"
// differs: k6 has one kind of context
// no log: level=warning
import { check } from 'k6';
Array.prototype.mark = __VU;
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 4, iterations: 3 } } };
export default function () {
  check(null, { own: () => [].mark === __VU });
}

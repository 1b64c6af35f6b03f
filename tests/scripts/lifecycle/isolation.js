// description: what one VU does to globals is not seen by another, also on the same core
// [proofload] args: --cores 1
// differs: k6 has no flag for cores
import { check } from 'k6';
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 2, iterations: 2 } } };
export default function () {
  check(null, { global: () => globalThis.mark === undefined || globalThis.mark === __VU });
  globalThis.mark = __VU;
}

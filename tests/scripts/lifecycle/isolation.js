// description: what one VU does to built-ins and globals is not seen by another
import { check } from 'k6';
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 2, iterations: 2 } } };
export default function () {
  check(null, { global: () => globalThis.mark === undefined || globalThis.mark === __VU });
  globalThis.mark = __VU;
  check(null, { prototype: () => [].mark === undefined || [].mark === __VU });
  Array.prototype.mark = __VU;
}

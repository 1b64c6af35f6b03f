// description: module variables are a VU's own and live across its iterations
import { check } from 'k6';
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 2, iterations: 3 } } };
let count = 0;
export default function () {
  check(++count, { 'counts its own': (c) => c === __ITER + 1 });
}

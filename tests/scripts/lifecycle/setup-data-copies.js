// description: each VU has its own copy of setup's data, made from JSON
import { check } from 'k6';
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 2, iterations: 2 } } };
export function setup() {
  return { list: [1, 2], when: new Date(0), nothing: null, deep: { a: 'ü' } };
}
export default function (data) {
  check(data, {
    plain: (d) => d.list.length === 2 && d.list[1] === 2 && d.nothing === null && d.deep.a === 'ü',
    'date is text': (d) => d.when === '1970-01-01T00:00:00Z',
    'own copy': (d) => d.mark === undefined || d.mark === __VU,
  });
  data.mark = __VU;
}

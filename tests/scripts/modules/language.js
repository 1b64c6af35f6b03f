// description: the language is a modern one
import { check } from 'k6';
class A {
  #secret = 1;
  static count = 0;
  static { A.count = 5; }
  get secret() { return this.#secret; }
}
function* numbers() { yield 1; yield* [2, 3]; }
export default function () {
  const { a, ...rest } = { a: 1, b: 2, c: 3 };
  let x = null;
  x ??= 4;
  check(null, {
    classes: () => new A().secret === 1 && A.count === 5, generators: () => [...numbers()].join() === '1,2,3',
    spread: () => rest.b + rest.c === 5, nullish: () => x === 4 && undefined?.y === undefined,
    bigint: () => 2n ** 64n === 18446744073709551616n, named: () => '2026-11'.match(/(?<y>\d+)-/).groups.y === '2026',
    at: () => [1, 2].at(-1) === 2, proxies: () => new Proxy({}, { get: (_, k) => k }).hi === 'hi',
    maps: () => new Map([[1, 2]]).get(1) === 2,
    flat: () => [[1], [2]].flat().length === 2, 'error cause': () => new Error('a', { cause: 5 }).cause === 5,
  });
}

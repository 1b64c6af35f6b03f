// description: a SharedArray is read like an array
// args: --vus 2 --iterations 4
import { SharedArray } from 'k6/data';
import { check } from 'k6';
const data = new SharedArray('users', () => [{ name: 'a', deep: { n: 1 } }, { name: 'b' }, 'text', 4]);
export default function () {
  check(data, {
    length: (d) => d.length === 4, index: (d) => d[0].deep.n === 1 && d[2] === 'text' && d[3] === 4, outside: (d) => d[9] === undefined,
    map: (d) => d.map((x) => x.name).join() === 'a,b,,', find: (d) => d.find((x) => x.name === 'b').name === 'b',
    iterate: (d) => [...d].length === 4, 'for of': (d) => { let n = 0; for (const x of d) n++; return n === 4; },
    json: (d) => JSON.stringify(d[1]) === '{"name":"b"}',
  });
}

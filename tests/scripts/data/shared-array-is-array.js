// description: what takes arrays takes a SharedArray
// metric: checks.passes == 8
import { SharedArray } from 'k6/data';
import { check } from 'k6';
const data = new SharedArray('users', () => [{ name: 'a' }, { name: 'b' }]);
export default function () {
  check(data, {
    isArray: (d) => Array.isArray(d),
    json: (d) => JSON.stringify(d) === '[{"name":"a"},{"name":"b"}]',
    'json inside': (d) => JSON.stringify({ d }) === '{"d":[{"name":"a"},{"name":"b"}]}',
    concat: (d) => [0].concat(d).length === 3 && [].concat(d, d)[3].name === 'b',
    flat: (d) => [d, d].flat().length === 4,
    spread: (d) => [...d, ...d].length === 4,
    'Array.from': (d) => Array.from(d, (x) => x.name).join() === 'a,b',
    tag: (d) => Object.prototype.toString.call(d) === '[object Array]',
  });
}

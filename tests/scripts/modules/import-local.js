// description: local modules are found relative to the file that imports them
// file lib/a.js: import { b } from './deeper/b.js';
// file lib/a.js: export const a = `a+${b}`;
// file lib/a.js: export default { name: 'a' };
// file lib/deeper/b.js: export const b = 'b';
import def, { a } from './lib/a.js';
import * as all from './lib/a.js';
import { check } from 'k6';
export default function () {
  check(null, { named: () => a === 'a+b', default: () => def.name === 'a', namespace: () => all.a === 'a+b' && all.default === def });
}

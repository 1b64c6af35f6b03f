// description: modules may import each other
// file a.js: import { b } from './b.js';
// file a.js: export function a() { return 'a'; }
// file a.js: export const ab = () => a() + b();
// file b.js: import { a } from './a.js';
// file b.js: export function b() { return 'b' + a(); }
import { ab } from './a.js';
import { check } from 'k6';
export default function () {
  check(null, { works: () => ab() === 'aba' });
}

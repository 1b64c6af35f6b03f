// description: a module imported twice is evaluated once per VU
// file shared.js: export const box = { n: 0 };
// file one.js: import { box } from './shared.js';
// file one.js: box.n++;
// file two.js: import { box } from './shared.js';
// file two.js: box.n++;
import './one.js';
import './two.js';
import { box } from './shared.js';
import { check } from 'k6';
export default function () {
  check(box, { shared: (b) => b.n === 2 });
}

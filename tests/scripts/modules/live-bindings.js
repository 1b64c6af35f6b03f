// description: an imported binding shows the exporter's current value
// file counter.js: export let n = 0;
// file counter.js: export function up() { n++; }
import { n, up } from './counter.js';
import { check } from 'k6';
export default function () {
  const before = n;
  up();
  check(null, { live: () => n === before + 1 });
}

// description: a file without imports and exports is CommonJS
// file lib.js: const dep = require('./dep.js');
// file lib.js: module.exports = { twice: (n) => dep.times(n, 2) };
// file dep.js: exports.times = (a, b) => a * b;
import lib from './lib.js';
import { check } from 'k6';
export default function () {
  check(null, { works: () => lib.twice(21) === 42 });
}

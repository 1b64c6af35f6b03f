// description: names that a built-in module or a CommonJS file does not have can be imported, and are nothing
// file shelf.js: module.exports = { book: 1 };
import { check, nothing } from 'k6';
import { sleep } from 'k6/http';
import { book, pen } from './shelf.js';
export default function () {
  check(null, {
    'of k6': () => typeof nothing !== 'function' && typeof sleep !== 'function',
    'of a file': () => book === 1 && pen === undefined,
  });
}

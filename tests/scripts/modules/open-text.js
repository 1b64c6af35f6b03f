// description: open reads text relative to the file that calls it
// file data/a.txt: grüße
// file data/lib.js: export const text = open('./a.txt');
import { text } from './data/lib.js';
import { check } from 'k6';
const same = open('data/a.txt');
export default function () {
  check(null, { relative: () => text === 'grüße\n', same: () => same === text });
}

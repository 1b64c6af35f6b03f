// description: a SharedArray and what is in it cannot be changed
import { SharedArray } from 'k6/data';
import { check } from 'k6';
const data = new SharedArray('fixed', () => [{ a: 1 }]);
function error(f) {
  'use strict';
  try { f(); } catch (e) { return e.constructor.name; }
  return 'none';
}
export default function () {
  check(null, {
    element: () => error(() => { data[0] = 5; }) === 'TypeError',
    inside: () => error(() => { data[0].a = 5; }) === 'TypeError',
    unchanged: () => data[0].a === 1,
  });
}

// description: a SharedArray is made in the init context only
// exit: 0
// log: level=error msg~"new SharedArray must be called in the init context"
import { SharedArray } from 'k6/data';
export default function () {
  new SharedArray('x', () => []);
}

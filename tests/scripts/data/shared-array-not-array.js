// description: only arrays can be shared
// exit: 107
// log: level=error msg~"only arrays can be made into SharedArray"
import { SharedArray } from 'k6/data';
new SharedArray('x', () => ({ a: 1 }));
export default function () {}

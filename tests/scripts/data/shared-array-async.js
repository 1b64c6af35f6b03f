// description: an async function cannot fill a SharedArray
// exit: 107
// log: level=error msg~"async"
import { SharedArray } from 'k6/data';
new SharedArray('x', async () => []);
export default function () {}

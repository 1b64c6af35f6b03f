// description: test.abort works in the init context
// exit: 108
// log: level=error msg~"not today"
import exec from 'k6/execution';
exec.test.abort('not today');
export default function () {}

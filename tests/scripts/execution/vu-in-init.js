// description: there is no VU in the init context
// exit: 107
// log: level=error msg~"getting VU information in the init context is not supported"
import exec from 'k6/execution';
exec.vu.idInTest;
export default function () {}

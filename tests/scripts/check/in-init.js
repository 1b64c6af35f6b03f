// description: check cannot be used in the init context
// exit: 107
// log: level=error msg~"Using check\\(\\) in the init context is not supported"
import { check } from 'k6';
check(1, { early: true });
export default function () {}

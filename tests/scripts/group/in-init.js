// description: group cannot be used in the init context
// exit: 107
// log: level=error msg~"Using group\\(\\) in the init context is not supported"
import { group } from 'k6';
group('early', () => {});
export default function () {}

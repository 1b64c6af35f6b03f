// description: no samples in the init context
// exit: 107
// log: level=error msg~"Adding to metrics in the init context is not supported"
import { Counter } from 'k6/metrics';
new Counter('early').add(1);
export default function () {}

// description: a metric's name has letters, digits and underscores only
// exit: 107
// log: level=error msg~"[Ii]nvalid metric name"
import { Counter } from 'k6/metrics';
new Counter('has-dash');
export default function () {}

// description: a name cannot be declared as two kinds
// exit: 107
// log: level=error msg~"metric 'shared_one' already exists but with type counter, instead of gauge"
import { Counter, Gauge } from 'k6/metrics';
new Counter('shared_one');
new Gauge('shared_one');
export default function () {}

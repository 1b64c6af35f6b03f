// description: metrics can only be declared in the init context
// exit: 0
// log: level=error msg~"metrics must be declared in the init context"
import { Counter } from 'k6/metrics';
export default function () {
  new Counter('late');
}

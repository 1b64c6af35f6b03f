// description: every operator compares as it reads
// threshold: cc count==3 passed
// threshold: cc count===3 passed
// threshold: cc count!=4 passed
// threshold: cc count>=3 passed
// threshold: cc count<=3 passed
// threshold: cc count>2.5 passed
// threshold: cc count<3.5 passed
import { Counter } from 'k6/metrics';
const c = new Counter('cc');
export const options = { thresholds: { cc: ['count==3', 'count===3', 'count!=4', 'count>=3', 'count<=3', 'count>2.5', 'count<3.5'] } };
export default function () {
  c.add(3);
}

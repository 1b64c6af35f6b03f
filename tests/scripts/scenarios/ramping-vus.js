// description: ramping-vus starts and stops VUs along its stages
// metric: vus_max.value == 4
// metric: iterations.count >= 8
// metric: iterations.count <= 40
import { sleep } from 'k6';
export const options = {
  scenarios: {
    s: { executor: 'ramping-vus', startVUs: 1, stages: [{ duration: '500ms', target: 4 }, { duration: '500ms', target: 4 }, { duration: '300ms', target: 0 }], gracefulRampDown: '1s' },
  },
};
export default function () {
  sleep(0.1);
}

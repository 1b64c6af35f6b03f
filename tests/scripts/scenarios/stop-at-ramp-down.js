// description: VUs that ramp down while stuck are stopped after gracefulRampDown
// args: --no-thresholds
// metric: vus.max == 6
// timeout: 20s
import http from 'k6/http';
import { sleep } from 'k6';
const hang = `${__ENV.SERVER}/hang`;
const stuck = [
  () => sleep(60),
  () => http.get(hang),
  () => { for (;;) {} },
  () => http.batch([['GET', hang]]),
  () => new Promise((resolve) => setTimeout(resolve, 60000)),
  () => http.asyncRequest('GET', hang),
];
export const options = {
  scenarios: {
    ramp: {
      executor: 'ramping-vus', startVUs: 6, gracefulRampDown: '300ms', gracefulStop: '500ms',
      stages: [{ duration: '1500ms', target: 6 }, { duration: '0s', target: 0 }, { duration: '1500ms', target: 0 }],
    },
  },
};
export default function () {
  return stuck[(__VU - 1) % stuck.length]();
}

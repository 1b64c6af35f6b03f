// description: whatever VUs are stuck in at maxDuration, they are stopped and run the next scenario
// metric: iterations.count == 10
// checks: any
// [proofload] metric: checks.rate == 1
// differs: k6 runs a sort comparator on after its sleep was stopped
// points: iterations{scenario=stuck}.count == 0
// metric: vus_max.value == 10
// log 10 times: msg=next
import http from 'k6/http';
import { check, group, sleep } from 'k6';
const hang = `${__ENV.SERVER}/hang`;
let reached = 0;
const stuck = [
  () => sleep(60),
  () => http.get(hang),
  () => http.batch([['GET', hang], ['GET', hang]]),
  () => http.asyncRequest('GET', hang).finally(() => reached++),
  () => setTimeout(() => reached++, 60000),
  () => { for (;;) {} },
  () => { for (;;) { try { sleep(60) } catch (e) { reached++ } } },
  () => new Promise(() => { http.get(hang) }).catch(() => reached++),
  () => { try { http.get(`http://${__ENV.SATURATED}/`) } finally { reached++ } },
  () => group('g', () => [3, 1, 2].sort(() => { sleep(60); reached++; return 0 })),
];
const once = { executor: 'per-vu-iterations', vus: stuck.length, iterations: 1, gracefulStop: '0s' };
export const options = {
  scenarios: {
    stuck: { ...once, maxDuration: '1s', exec: 'stuckOne' },
    next: { ...once, startTime: '2s', maxDuration: '10s', exec: 'next' },
  },
};
export function stuckOne() {
  const all = stuck[(__VU - 1) % stuck.length]();
  reached += all ? 0 : 0;
  return all;
}
export async function next() {
  check(http.get(__ENV.SERVER), { answered: (r) => r.status === 200 });
  const later = await new Promise((resolve) => setTimeout(() => resolve('later'), 10));
  check(later, { 'timers work': (text) => text === 'later', 'nothing ran on': () => reached === 0 });
  console.log('next');
}

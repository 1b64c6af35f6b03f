// description: the compact summary of checks, thresholds and requests looks like this
// args: --iterations 4
// golden stdout: summary-compact
// exit: 99
import http from 'k6/http';
import { check, group } from 'k6';
import { Counter, Gauge, Rate, Trend } from 'k6/metrics';
const c = new Counter('c_counter');
const g = new Gauge('g_gauge');
const r = new Rate('r_rate');
const t = new Trend('t_trend');
export const options = { thresholds: { checks: ['rate>0.99', 'rate>0.1'], t_trend: ['max<10'], 'c_counter{kind:a}': ['count==4'] } };
export default function () {
  check(http.get(__ENV.SERVER), { 'status is 200': (r) => r.status === 200 });
  group('odd', () => check(__ITER, { even: (n) => n % 2 === 0 }));
  c.add(1, { kind: 'a' });
  c.add(2);
  g.add(__ITER);
  r.add(__ITER === 0);
  t.add(__ITER);
}

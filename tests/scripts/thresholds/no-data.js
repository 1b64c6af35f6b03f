// description: without samples a rate passes, counts and times are compared as 0
// exit: 99
// threshold: my_rate rate>0.9 passed
// threshold: my_trend p(95)<500 passed
// threshold: my_counter count>0 failed
import { Counter, Rate, Trend } from 'k6/metrics';
new Rate('my_rate');
new Trend('my_trend');
new Counter('my_counter');
export const options = { thresholds: { my_rate: ['rate>0.9'], my_trend: ['p(95)<500'], my_counter: ['count>0'] } };
export default function () {}

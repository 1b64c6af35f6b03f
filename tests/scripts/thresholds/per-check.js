// description: a threshold can look at one check
// exit: 99
// threshold: checks{check:bad} rate>0.9 failed
// threshold: checks{check:good} rate>0.9 passed
import { check } from 'k6';
export const options = { thresholds: { 'checks{check:good}': ['rate>0.9'], 'checks{check:bad}': ['rate>0.9'] } };
export default function () {
  check(1, { good: true, bad: false });
}

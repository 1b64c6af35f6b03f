// description: --summary-export has flat values, renamed rates and thresholds that are true when they failed
// exit: 99
// wrote summary.json matches: "value": 0\.5
// wrote summary.json matches: "rate>0.9": true
// wrote summary.json matches: "rate>0.1": false
// wrote summary.json lacks: "options"
import { check } from 'k6';
export const options = { thresholds: { checks: ['rate>0.9', 'rate>0.1'] } };
export default function () {
  check(1, { a: true, b: false });
}

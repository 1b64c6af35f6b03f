// description: what setup recorded comes before what the iterations recorded
// wrote summary.json matches: (?s)"setup": \{.*"buy": \{
import { check, group } from 'k6';
export function setup() {
  check(1, { prepared: true });
}
export default function () {
  group('buy', () => check(1, { bought: true }));
}

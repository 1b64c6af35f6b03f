// description: group gives back what its function returns
import { check, group } from 'k6';
export default function () {
  check(group('g', () => 42), { 'the answer': (v) => v === 42 });
}

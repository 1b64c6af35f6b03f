// description: any text without :: is a check name
// points: checks{check=größe ✓ ist "4"}.count == 1
import { check } from 'k6';
export default function () {
  check(4, { 'größe ✓ ist "4"': (v) => v === 4 });
}

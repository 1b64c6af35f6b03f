// description: in full mode each group has its own block
// args: --summary-mode full
// stdout matches: █ GROUP: outer
// stdout matches: ↳ GROUP: inner
import { check, group } from 'k6';
export default function () {
  group('outer', () => {
    check(1, { 'in outer': true });
    group('inner', () => check(1, { 'in inner': true }));
  });
}

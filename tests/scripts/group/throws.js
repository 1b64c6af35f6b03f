// description: an exception in a group leaves the group and ends the iteration; the next one starts outside of it
// exit: 0
// args: --iterations 2
// log 2 times: level=error msg~"inside"
// points: checks{group=}.count == 2
// points: checks{group=::g}.count == 2
import { check, group } from 'k6';
export default function () {
  check(1, { outside: true });
  group('g', () => {
    check(1, { within: true });
    throw new Error('inside');
  });
}

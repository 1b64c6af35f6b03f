// description: a group's name may not contain ::
// exit: 0
// log: level=error msg~"may not contain '::'"
import { group } from 'k6';
export default function () {
  group('a::b', () => {});
}

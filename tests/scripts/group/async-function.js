// description: group refuses an async function
// exit: 0
// log: level=error msg~"group\\(\\) does not support async functions"
import { group } from 'k6';
export default function () {
  group('g', async () => {});
}

// description: an object is no tag value
// exit: 0
// log: level=error msg~"TypeError"
import exec from 'k6/execution';
export default function () {
  exec.vu.tags.bad = { a: 1 };
}

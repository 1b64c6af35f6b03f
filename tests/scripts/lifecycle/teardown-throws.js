// description: an exception in teardown is exit code 107, after the summary's numbers are in
// exit: 107
// metric: iterations.count == 1
// log: level=error msg~"no teardown today"
export default function () {}
export function teardown() {
  throw new Error('no teardown today');
}

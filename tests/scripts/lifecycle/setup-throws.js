// description: an exception in setup runs nothing more and is exit code 107
// exit: 107
// log: level=error msg~"no setup today"
// no log: msg=iterated
// no log: msg=teardown
// stdout contains: TOTAL RESULTS
export function setup() {
  throw new Error('no setup today');
}
export default function () {
  console.log('iterated');
}
export function teardown() {
  console.log('teardown');
}

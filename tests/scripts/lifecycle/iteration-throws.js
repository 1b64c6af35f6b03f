// description: an exception ends its iteration only; it is logged with its place and counted
// exit: 0
// args: --iterations 2
// metric: iterations.count == 2
// log 2 times: level=error msg~"^Error: boom\\s" executor=shared-iterations scenario=default source=stacktrace hint="script exception"
// log: level=error msg~"iteration-throws.js:11:"
export default function () {
  fails();
  console.log('never');
}
function fails() { throw new Error('boom'); }

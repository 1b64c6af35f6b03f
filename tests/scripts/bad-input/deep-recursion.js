// description: recursion without end is an exception of its iteration
// only: proofload (k6 takes minutes and gigabytes for it)
// exit: 0
// args: --iterations 2
// metric: iterations.count == 2
// log 2 times: level=error source=stacktrace
function down() { return down() + 1; }
export default function () {
  down();
}

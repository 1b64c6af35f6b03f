// description: an exception in a timer ends the iteration like any other
// exit: 0
// log: level=error msg~"in timer"
// metric: iterations.count == 1
export default function () {
  setTimeout(() => { throw new Error('in timer'); }, 10);
}

// description: any value can be thrown
// exit: 0
// log: level=error msg~"just text"
// metric: iterations.count == 1
export default function () {
  throw 'just text';
}

// description: even null can be thrown
// exit: 0
// metric: iterations.count == 1
export default function () {
  throw null;
}

// description: a script can come from standard input
// stdin: self
// metric: iterations.count == 1
export default function () {}

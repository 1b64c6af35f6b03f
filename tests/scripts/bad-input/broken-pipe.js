// description: a reader that leaves early (head -1) does not end the run
// stdout to: broken pipe
// only: proofload (k6 dies of the signal)
// loud:
// args: --iterations 3
// exit: 0
// metric: iterations.count == 3
export default function () {}

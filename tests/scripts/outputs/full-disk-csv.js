// description: a full disk under --out csv is told once and does not end the run
// args: --iterations 50 --out csv=/dev/full
// exit: 0
// metric: iterations.count == 50
// [proofload] log 1 times: level=error msg="an output could not be written and will be incomplete" error~"no space left on device"
// differs: k6 says nothing
export default function () {}

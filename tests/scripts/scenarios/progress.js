// description: progress ends with every scenario ticked off
// loud:
// args: --iterations 3
// stdout matches: running \(.*\), 0/1 VUs, 3 complete and 0 interrupted iterations
// stdout matches: default ✓ \[ 100% \] 1 VUs
export default function () {}

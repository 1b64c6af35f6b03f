// description: stages that take no time at all run and end
// differs: k6 cannot print a summary without any metric
// exit: 0
// log: level=warning msg~"No script iterations fully finished"
// [k6] log: level=error msg="failed to handle the end-of-test summary"
// [proofload] metric: iterations absent
// [proofload] no log: level=error
export const options = { stages: [{ duration: '0s', target: 0 }] };
export default function () {}

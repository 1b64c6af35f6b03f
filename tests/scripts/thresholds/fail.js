// description: a threshold that does not hold is exit code 99
// exit: 99
// log: level=error msg="thresholds on metrics 'iterations' have been crossed"
// threshold: iterations count>5 failed
// stdout contains: ✗ 'count>5' count=1
export const options = { thresholds: { iterations: ['count>5'] } };
export default function () {}

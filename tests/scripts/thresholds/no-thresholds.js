// description: --no-thresholds leaves them out
// args: --no-thresholds
// stdout lacks: THRESHOLDS
export const options = { thresholds: { iterations: ['count>5'] } };
export default function () {}

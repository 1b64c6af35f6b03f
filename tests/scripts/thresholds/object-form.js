// description: a threshold can be an object
// exit: 99
// threshold: iterations count>5 failed
export const options = { thresholds: { iterations: [{ threshold: 'count>5' }] } };
export default function () {}

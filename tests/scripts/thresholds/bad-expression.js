// description: an expression that cannot be read is a configuration error
// exit: 104
// log: level=error msg~"threshold"
export const options = { thresholds: { iterations: ['count is big'] } };
export default function () {}

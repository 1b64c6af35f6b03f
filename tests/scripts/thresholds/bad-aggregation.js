// description: an aggregation that the metric does not have is a configuration error
// exit: 104
// log: level=error msg~"iterations"
export const options = { thresholds: { iterations: ['p(95)<5'] } };
export default function () {}

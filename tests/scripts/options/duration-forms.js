// description: durations are numbers of milliseconds or text with units
// metric: iterations.count == 1
export const options = { setupTimeout: 5000, teardownTimeout: '1m30s', minIterationDuration: '0.01s', scenarios: { s: { executor: 'per-vu-iterations', maxDuration: 2000, gracefulStop: '1s500ms' } } };
export default function () {}

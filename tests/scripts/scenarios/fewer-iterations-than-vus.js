// description: shared-iterations needs at least one iteration per VU
// exit: 104
export const options = { scenarios: { s: { executor: 'shared-iterations', vus: 5, iterations: 2 } } };
export default function () {}

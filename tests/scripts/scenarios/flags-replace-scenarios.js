// description: execution settings on the command line replace all scenarios, with a warning
// args: --iterations 2
// metric: iterations.count == 2
// points: iterations{scenario=default}.count == 2
// log: level=warning msg~"overrode scenarios configuration entirely"
export const options = { scenarios: { s: { executor: 'per-vu-iterations', vus: 3, iterations: 5 } } };
export default function () {}

// description: vus together with scenarios drops the scenarios with a warning
// log: level=warning msg~"scenarios"
// points: iterations{scenario=default}.count == 2
export const options = { vus: 2, scenarios: { s: { executor: 'per-vu-iterations', vus: 1, iterations: 5 } } };
export default function () {}

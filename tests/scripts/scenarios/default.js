// description: without options one VU runs one iteration
// metric: iterations.count == 1
// points: iterations{scenario=default}.count == 1
export default function () {}

// description: K6_ variables beat the script
// env: K6_ITERATIONS=3
// env: K6_VUS=1
// metric: iterations.count == 3
export const options = { vus: 1, iterations: 1 };
export default function () {}

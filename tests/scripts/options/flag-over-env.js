// description: flags beat K6_ variables
// env: K6_ITERATIONS=3
// args: --iterations 2
// metric: iterations.count == 2
export default function () {}

// description: minIterationDuration paces iterations without counting in their duration
// args: --min-iteration-duration 200ms --iterations 3
// metric: iteration_duration.max < 150
// metric: iterations.rate < 7
export default function () {}

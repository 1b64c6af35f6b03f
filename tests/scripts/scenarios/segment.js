// description: an execution segment runs its share of the iterations
// args: --execution-segment 1/4:1/2 --execution-segment-sequence 0,1/4,1/2,3/4,1 --iterations 10 --vus 4
// metric: iterations.count == 3
export default function () {}

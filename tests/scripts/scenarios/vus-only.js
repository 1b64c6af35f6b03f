// description: --vus alone runs as many iterations as VUs
// args: --vus 3
// metric: iterations.count == 3
export default function () {}

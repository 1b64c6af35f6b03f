// description: paused false does not wait
// metric: iterations.count == 1
export const options = { paused: false };
export default function () {}

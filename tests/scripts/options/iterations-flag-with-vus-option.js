// description: iterations of a flag with vus of the script go together only within one place
// args: --iterations 3
// metric: iterations.count == 3
export const options = { vus: 1, duration: '10s' };
export default function () {}

// description: constant-vus needs a duration
// exit: 104
// log: level=error msg~"duration"
export const options = { scenarios: { s: { executor: 'constant-vus', vus: 1 } } };
export default function () {}

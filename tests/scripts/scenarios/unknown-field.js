// description: an unknown field of a scenario is a configuration error
// exit: 104
// log: level=error msg~"durations"
export const options = { scenarios: { s: { executor: 'constant-vus', vus: 1, durations: '1s' } } };
export default function () {}

// description: an arrival rate needs a rate and VUs
// exit: 104
// log: level=error msg~"preAllocatedVUs|maxVUs"
export const options = { scenarios: { s: { executor: 'constant-arrival-rate', duration: '1s' } } };
export default function () {}

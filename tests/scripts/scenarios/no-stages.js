// description: ramping-vus needs a stage
// exit: 104
export const options = { scenarios: { s: { executor: 'ramping-vus', stages: [] } } };
export default function () {}

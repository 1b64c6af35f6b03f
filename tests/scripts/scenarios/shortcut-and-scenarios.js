// description: duration together with scenarios in one place is a configuration error
// exit: 104
export const options = { duration: '1s', scenarios: { s: { executor: 'per-vu-iterations' } } };
export default function () {}

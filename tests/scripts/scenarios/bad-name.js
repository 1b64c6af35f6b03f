// description: a scenario's name has letters, digits, dash and underscore
// exit: 104
export const options = { scenarios: { 'a b': { executor: 'per-vu-iterations' } } };
export default function () {}

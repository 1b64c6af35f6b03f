// description: exec must be an exported function
// exit: 104
// log: level=error msg~"function 'nowhere' not found in exports"
export const options = { scenarios: { s: { executor: 'per-vu-iterations', exec: 'nowhere' } } };
export default function () {}

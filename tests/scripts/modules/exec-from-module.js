// description: a re-exported function can be a scenario's exec
// file journeys.js: export function buy() { console.log('bought'); }
// log: msg=bought
export { buy } from './journeys.js';
export const options = { scenarios: { s: { executor: 'per-vu-iterations', exec: 'buy' } } };

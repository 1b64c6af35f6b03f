// description: an unknown executor is a configuration error
// exit: 104
// log: level=error msg~"constant-arival-rate"
export const options = { scenarios: { s: { executor: 'constant-arival-rate', rate: 1, duration: '1s', preAllocatedVUs: 1 } } };
export default function () {}

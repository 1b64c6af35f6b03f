// description: inspect --execution-requirements adds how long and how many VUs
// command: inspect --execution-requirements {SCRIPT}
// stdout contains: "totalDuration": "35s"
// stdout contains: "maxVUs": 7
export const options = { scenarios: { s: { executor: 'constant-vus', vus: 7, duration: '5s' } } };
export default function () {}

// description: the banner describes each scenario
// loud:
// stdout contains: scenarios: (100.00%) 2 scenarios, 7 max VUs, 31.5s max duration (incl. graceful stop):
// stdout contains: * a: 5 iterations shared among 2 VUs (maxDuration: 1s, gracefulStop: 30s)
// stdout contains: * b: 10.00 iterations/s for 1s (maxVUs: 1-5, exec: other, startTime: 500ms, gracefulStop: 30s)
export const options = {
  scenarios: {
    a: { executor: 'shared-iterations', vus: 2, iterations: 5, maxDuration: '1s' },
    b: { executor: 'constant-arrival-rate', rate: 10, duration: '1s', preAllocatedVUs: 1, maxVUs: 5, exec: 'other', startTime: '500ms' },
  },
};
export default function () {}
export function other() {}

// description: ramping-arrival-rate follows the area under its curve
// metric: iterations.count >= 18
// metric: iterations.count <= 20
export const options = {
  scenarios: {
    s: { executor: 'ramping-arrival-rate', startRate: 0, timeUnit: '1s', preAllocatedVUs: 4, stages: [{ duration: '1s', target: 20 }, { duration: '500ms', target: 20 }] },
  },
};
export default function () {}

// description: a threshold can look at one scenario
// metric: iterations{scenario:two}.count == 2
import http from 'k6/http';
export const options = {
  scenarios: {
    one: { executor: 'per-vu-iterations', vus: 1, iterations: 1 },
    two: { executor: 'per-vu-iterations', vus: 1, iterations: 2 },
  },
  thresholds: { 'iterations{scenario:two}': ['count==2'] },
};
export default function () {}

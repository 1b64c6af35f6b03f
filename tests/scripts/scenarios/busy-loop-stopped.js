// description: an endless loop is stopped at the end of its time
// metric: iterations absent
export const options = { scenarios: { s: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s' } } };
export default function () {
  for (;;) {}
}

// description: timers still open when the iteration is stopped are named in a warning
// log: level=warning msg~"setTimeout 1 was stopped because the VU iteration was interrupted"
// metric: iterations absent
export const options = { scenarios: { s: { executor: 'constant-vus', vus: 1, duration: '1s', gracefulStop: '0s' } } };
export default function () {
  setTimeout(() => {}, 60000);
}

// description: an exception in handleSummary is logged, and the usual summary printed
// exit: 0
// log: level=error msg~"no summary today"
// stdout contains: TOTAL RESULTS
export default function () {}
export function handleSummary() {
  throw new Error('no summary today');
}

// description: --summary-mode disabled prints nothing and does not call handleSummary
// args: --summary-mode disabled
// stdout lacks: TOTAL
// no log: msg=called
export default function () {}
export function handleSummary() {
  console.log('called');
}

// description: handleSummary sees setup's data
// stdout contains: data 5
export function setup() {
  return { n: 5 };
}
export default function () {}
export function handleSummary(data) {
  return { stdout: `data ${data.setup_data.n}\n` };
}

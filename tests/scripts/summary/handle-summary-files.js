// description: handleSummary writes files, stdout and stderr
// wrote out/result.json contains: "iterations":1
// wrote plain.txt contains: text
// stdout contains: to stdout
// stderr contains: to stderr
// stdout lacks: TOTAL RESULTS
// file out/keep: the folder has to be there
export default function () {}
export function handleSummary(data) {
  return {
    'out/result.json': JSON.stringify({ iterations: data.metrics.iterations.values.count }), 'plain.txt': 'text',
    stdout: 'to stdout\n', stderr: 'to stderr\n',
  };
}

// description: run-wide tags stand on every sample
// args: --tag team=a --tag stage=test,two
// wrote points.ndjson contains: "stage":"test,two"
// points: iterations{team=a}.count == 1
// points: data_sent{team=a}.count == 1
export default function () {}

// description: the json line of a metric names its thresholds and sub-metrics
// args: --out json=out.ndjson
// wrote out.ndjson contains: "thresholds":["count>0"],"submetrics":[{"name":"iterations{scenario:default}","suffix":"scenario:default","tags":{"scenario":"default"}}]
export const options = { thresholds: { iterations: ['count>0'], 'iterations{scenario:default}': ['count>0'] } };
export default function () {}

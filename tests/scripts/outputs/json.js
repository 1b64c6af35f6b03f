// description: --out json writes a line for each metric before its first sample
// args: --out json=out.ndjson
// wrote out.ndjson matches: ^\{"type":"Metric","data":\{"name":"http_reqs","type":"counter","contains":"default","thresholds":\[\],"submetrics":null\},"metric":"http_reqs"\}$
// wrote out.ndjson matches: ^\{"metric":"http_reqs","type":"Point","data":\{"time":"\d{4}-\d\d-\d\dT[^"]+","value":1,"tags":\{.*"status":"200".*\}\}\}$
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER);
}

// description: inspect prints the options of a script as JSON
// command: inspect {SCRIPT}
// stdout contains: "vus": 3
// stdout contains: "iterations": 9
// stdout contains: "p(95)\u003c100"
export const options = { vus: 3, iterations: 9, thresholds: { http_req_duration: ['p(95)<100'] } };
export default function () {}

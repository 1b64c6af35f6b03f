// description: a percentile over 100 is a configuration error
// exit: 104
export const options = { thresholds: { http_req_duration: ['p(101)<5'] } };
export default function () {}

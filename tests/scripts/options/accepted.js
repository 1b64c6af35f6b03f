// description: options without an effect here are accepted
// metric: iterations.count == 1
// no log: level=warning
export const options = {
  cloud: { name: 'x', projectID: 5 }, ext: { mine: 1 }, metricSamplesBufferSize: 500, dns: { ttl: '1m', select: 'first', policy: 'preferIPv4' },
  batch: 10, batchPerHost: 4, noConnectionReuse: false, insecureSkipTLSVerify: false, rps: 0,
};
export default function () {}

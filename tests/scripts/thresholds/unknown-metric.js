// description: a threshold on a metric that nobody declares is a configuration error
// exit: 104
// log: level=error msg~"nobody_declares"
export const options = { thresholds: { nobody_declares: ['count>0'] } };
export default function () {}

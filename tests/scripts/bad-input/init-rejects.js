// description: a rejected await in the init code is an exception there
// exit: 107
// log: level=error msg~"not today"
await Promise.reject(new Error('not today'));
export default function () {}

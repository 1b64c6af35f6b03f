// description: a duration under a second is a configuration error
// args: --vus 1 --duration 200ms
// exit: 104
export default function () {}

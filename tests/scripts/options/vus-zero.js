// description: no VUs is a configuration error
// args: --vus 0 --duration 1s
// exit: 104
export default function () {}

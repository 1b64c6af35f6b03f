// description: without requests there is no HTTP section
// stdout lacks: HTTP
// stdout contains: iterations...........: 1
export default function () {}

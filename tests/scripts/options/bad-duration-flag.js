// description: a duration that cannot be read is an error of the command line
// args: --duration 5x
// exit: 255
// log: level=error msg~"5x"
export default function () {}

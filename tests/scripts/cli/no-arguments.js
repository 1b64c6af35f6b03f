// description: run needs a script
// command: run
// exit: 255
export default function () {}

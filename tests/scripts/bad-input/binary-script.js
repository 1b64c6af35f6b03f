// description: bytes that are no text are no script
// command: run {CA}
// exit: 107
export default function () {}

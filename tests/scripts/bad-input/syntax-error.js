// description: a syntax error names its place
// exit: 107
// log: level=error msg~"syntax-error.js\\D+4\\b"
export default function () { const a = ; }

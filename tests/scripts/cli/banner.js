// description: the banner tells execution, script and output
// loud:
// stdout matches: execution: local
// stdout matches: script: banner.js
// stdout matches: output: -
export default function () {}

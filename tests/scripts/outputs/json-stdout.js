// description: --out json alone goes to stdout
// args: --out json
// stdout matches: ^\{"type":"Metric".*"metric":"iterations"\}$
export default function () {}

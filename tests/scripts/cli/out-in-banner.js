// description: the banner names the outputs
// loud:
// args: --out json=out.json
// stdout matches: output: json \(out\.json\)
export default function () {}

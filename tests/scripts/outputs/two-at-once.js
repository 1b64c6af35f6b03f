// description: several outputs get the same samples
// args: --out json=a.ndjson --out csv=b.csv
// wrote a.ndjson contains: "metric":"iterations"
// wrote b.csv contains: iterations,
export default function () {}

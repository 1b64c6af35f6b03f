// description: a json file that ends in .gz is compressed
// args: --out json=out.ndjson.gz
// wrote out.ndjson.gz matches: "metric":"iterations","type":"Point"
export default function () {}

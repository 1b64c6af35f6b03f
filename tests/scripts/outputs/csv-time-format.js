// description: the csv output takes a time format
// env: K6_CSV_TIME_FORMAT=rfc3339
// args: --out csv=out.csv
// wrote out.csv matches: ^iterations,\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d
export default function () {}

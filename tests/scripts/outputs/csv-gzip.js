// description: a csv file that ends in .gz is compressed
// args: --out csv=out.csv.gz
// wrote out.csv.gz matches: ^iterations,
export default function () {}

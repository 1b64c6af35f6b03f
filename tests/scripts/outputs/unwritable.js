// description: an output file that cannot be made is an error before the start
// args: --out json=no/such/folder/out.json
// exit: 255
// log: level=error msg~"no/such/folder"
// no log: msg=iterated
export default function () {
  console.log('iterated');
}

// description: open works in the init context only
// exit: 0
// file a.txt: x
// log: level=error msg~"open"
export default function () {
  open('./a.txt');
}

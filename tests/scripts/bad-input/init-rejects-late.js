// description: an init that only some VUs cannot finish is an error of the run, before any load
// args: --vus 3 --iterations 3
// exit: 107
// log: level=error msg~"not this one"
// no log: msg=iterated
if (__VU === 2) throw new Error('not this one');
export default function () {
  console.log('iterated');
}

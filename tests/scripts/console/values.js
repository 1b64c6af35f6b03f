// description: values are printed as text, objects in a JSON-like form
// log: msg="a 1 true undefined null"
// log: msg="{ a: 1, b: [ 2, 3 ] }"
// log: msg~"^\\[ 1, .x. \\]$"
// log: msg="[object Function]"
// log: msg="{ self: [Circular] }"
// log: msg="multi\nline"
export default function () {
  console.log('a', 1, true, undefined, null);
  console.log({ a: 1, b: [2, 3] });
  console.log([1, 'x']);
  console.log(() => 1);
  const loop = {};
  loop.self = loop;
  console.log(loop);
  console.log('multi\nline');
}

// description: an error is printed with its text
// log: msg~"it broke"
export default function () {
  console.log(new Error('it broke'));
}

// description: --log-format raw writes the message only
// args: --log-format raw
// stderr matches: ^hello$
export default function () {
  console.log('hello');
}

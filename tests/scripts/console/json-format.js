// description: --log-format json writes one object per line
// args: --log-format json
// stderr matches: \{.*"level":"info".*"msg":"hello".*\}
// stderr contains: "source":"console"
export default function () {
  console.log('hello');
}

// description: --vus with --iterations shares them
// args: --vus 2 --iterations 5
// points: iterations{scenario=default}.count == 5
export default function () {}

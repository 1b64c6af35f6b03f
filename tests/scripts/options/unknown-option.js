// description: an unknown option of the script is warned about by name
// log: level=warning msg~"noSuchOption|unknown field"
// metric: iterations.count == 1
export const options = { noSuchOption: 1 };
export default function () {}

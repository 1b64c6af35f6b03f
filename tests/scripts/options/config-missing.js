// description: a config file that is asked for must be there
// args: --config nowhere.json
// exit: 104
// log: level=error msg~"nowhere.json"
export default function () {}

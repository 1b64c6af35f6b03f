// description: new writes a script to start from
// command: new first.js
// wrote first.js contains: export default function
// wrote first.js contains: k6/http
export default function () {}

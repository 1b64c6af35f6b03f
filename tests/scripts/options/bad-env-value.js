// description: a K6_ variable that cannot be read is an error
// env: K6_VUS=many
// exit: 104
// log: level=error msg~"K6_VUS"
export default function () {}

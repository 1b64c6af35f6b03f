// description: iterations together with stages is a configuration error
// exit: 104
export const options = { iterations: 2, stages: [{ duration: '1s', target: 1 }] };
export default function () {}

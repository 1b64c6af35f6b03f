// description: options must be an object
// exit: 104
export const options = 5;
export default function () {}

// description: setup must be a function
// exit: 255
export const setup = 5;
export default function () {}

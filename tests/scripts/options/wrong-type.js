// description: an option of the wrong type is a configuration error
// exit: 104
export const options = { vus: 'many' };
export default function () {}

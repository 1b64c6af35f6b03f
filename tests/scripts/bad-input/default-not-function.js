// description: the default export must be a function
// exit: 255
export default 5;

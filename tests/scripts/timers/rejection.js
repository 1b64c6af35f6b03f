// description: an unhandled rejection ends the iteration with an error
// exit: 0
// log: level=error msg~"Uncaught \\(in promise\\)"
// metric: iterations.count == 1
export default async function () {
  await Promise.reject(new Error('nobody caught this'));
}

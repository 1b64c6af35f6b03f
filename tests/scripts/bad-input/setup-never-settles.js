// description: a setup whose promise is never settled ends at once, since nothing is left that could settle it
// only: proofload (k6 v2.2 crashes)
// exit: 0
// metric: iterations.count == 1
export async function setup() {
  await new Promise(() => {});
}
export default function () {}

// description: setup data must be expressible as JSON
// exit: 255
export function setup() {
  return NaN;
}
export default function () {}

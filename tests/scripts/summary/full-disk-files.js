// description: of the files of handleSummary() one that cannot be written does not keep the others from it
// exit: 0
// wrote good.txt contains: fine
// stderr matches: (?i)no space left on device
export default function () {}
export function handleSummary() {
  return { '/dev/full': 'lost', 'good.txt': 'fine', stdout: 'out' };
}

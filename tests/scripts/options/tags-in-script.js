// description: the tags option stands on every sample, and a flag replaces all of it
// args: --tag from=flag
// points: iterations{from=flag,!only}.count == 1
export const options = { tags: { from: 'script', only: 'script' } };
export default function () {}

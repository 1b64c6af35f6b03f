// description: the exported summary keeps checks by group, with the md5 of their path as id
// wrote summary.json contains: "path": "::outer::works"
// wrote summary.json contains: "id": "85332f600e4c561399b9e5cbbf4907d2"
// wrote summary.json matches: "outer": \{
import { check, group } from 'k6';
export default function () {
  group('outer', () => check(1, { works: true }));
}

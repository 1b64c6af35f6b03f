// description: JSON comes in through open and JSON.parse
// files: users.json
import { check } from 'k6';
const users = JSON.parse(open('./users.json')).users;
export default function () {
  check(users, { three: (u) => u.length === 3 });
}

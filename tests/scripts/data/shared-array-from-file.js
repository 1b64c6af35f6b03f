// description: a SharedArray can hold a file's content
// files: users.json
import { SharedArray } from 'k6/data';
import { check } from 'k6';
const users = new SharedArray('users', () => JSON.parse(open('./users.json')).users);
export default function () {
  check(users, { all: (u) => u.length === 3 && u[2].name === 'Ça va' });
}

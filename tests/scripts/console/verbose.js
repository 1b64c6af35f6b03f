// description: -v shows debug messages
// args: -v
// log: level=debug msg=hidden source=console
export default function () {
  console.debug('hidden');
}

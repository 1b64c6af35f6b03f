// description: --console-output writes to a file instead
// args: --console-output out.log
// wrote out.log contains: into the file
// stderr lacks: into the file
export default function () {
  console.log('into the file');
}

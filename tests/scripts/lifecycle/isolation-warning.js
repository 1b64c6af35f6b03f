// description: built-ins changed while running are shared by the VUs of a core with light contexts, and said by name
// only: proofload (k6 has no such contexts)
// args: --cores 1
// log 1 times: level=warning msg~"changes built-ins while it runs" builtins~"Array.prototype.mark"
export default function () {
  Array.prototype.mark = __VU;
}

// description: each console function has its level; debug only with -v
// exit: 0
// log: level=info msg=log source=console
// log: level=info msg=info source=console
// log: level=warning msg=warn source=console
// log: level=error msg=error source=console
// no log: msg=debug
export default function () {
  console.log('log');
  console.info('info');
  console.debug('debug');
  console.warn('warn');
  console.error('error');
}

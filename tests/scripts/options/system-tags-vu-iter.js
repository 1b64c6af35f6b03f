// description: vu and iter as system tags are metadata
// args: --system-tags status,vu,iter,ip --iterations 2
// points: http_reqs{metadata.vu=1,metadata.iter=1,ip=127.0.0.1}.count == 1
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER);
}

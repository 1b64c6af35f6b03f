// description: --max-redirects beats the script's maxRedirects
// args: --max-redirects 0
// metric: http_reqs.count == 1
import http from 'k6/http';
export const options = { maxRedirects: 5 };
export default function () {
  http.get(`${__ENV.SERVER}/redirect/302/5`);
}

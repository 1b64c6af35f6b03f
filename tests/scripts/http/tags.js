// description: tags of a request stand on all its samples; a name replaces the url too
// points: http_reqs{kind=a,number=5,flag=true}.count == 1
// points: http_req_duration{kind=a}.count == 1
// points: http_req_failed{kind=a}.count == 1
// points: http_reqs{name=the name,url=the name}.count == 1
// points: http_reqs.count == 2
import http from 'k6/http';
export default function () {
  http.get(__ENV.SERVER, { tags: { kind: 'a', number: 5, flag: true } });
  http.get(`${__ENV.SERVER}/echo?x=${__VU}`, { tags: { name: 'the name' } });
}

// description: --out csv writes a header and a row per sample
// args: --out csv=out.csv
// wrote out.csv matches: ^metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata$
// wrote out.csv matches: ^http_reqs,\d{10},1\.000000,,,,true,,GET,http://127\.0\.0\.1:\d+,HTTP/1\.1,default,,200,,,http://127\.0\.0\.1:\d+,,$
// wrote out.csv matches: ^checks,\d{10},1\.000000,is ok,,,,,,,,default,,,,,,team=a,$
import http from 'k6/http';
import { check } from 'k6';
export default function () {
  http.get(__ENV.SERVER);
  check(1, { 'is ok': true }, { team: 'a' });
}

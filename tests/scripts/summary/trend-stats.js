// description: --summary-trend-stats chooses the columns
// args: --summary-trend-stats=med,p(99),count
// stdout matches: iteration_duration\.+: med=\S+ +p\(99\)=\S+ +count=1
export default function () {}

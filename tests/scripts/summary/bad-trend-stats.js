// description: an unknown trend statistic is an error
// args: --summary-trend-stats=mean
// exit: 255
export default function () {}

// description: --quiet leaves banner and progress out and keeps the summary
// stdout lacks: execution: local
// stdout contains: TOTAL RESULTS
export default function () {}

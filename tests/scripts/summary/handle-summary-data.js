// description: handleSummary's argument has metrics, options, state and groups
// stdout contains: all there
// exit: 99
import { check, group } from 'k6';
export const options = { thresholds: { checks: ['rate>0.99'] }, summaryTrendStats: ['avg', 'p(99)'] };
export default function () {
  group('g', () => check(1, { good: true, bad: false }));
}
export function handleSummary(data) {
  const c = data.metrics.checks;
  const g = data.root_group.groups[0];
  const all = c.type === 'rate' && c.contains === 'default' && c.values.rate === 0.5 && c.values.passes === 1 && c.values.fails === 1
    && c.thresholds['rate>0.99'].ok === false && data.options.summaryTrendStats.length === 2 && data.options.noColor === true
    && data.state.isStdOutTTY === false && data.state.testRunDurationMs > 0
    && Object.keys(data.metrics.iteration_duration.values).sort().join() === 'avg,p(99)' && data.metrics.iteration_duration.contains === 'time'
    && g.name === 'g' && g.path === '::g' && g.checks[0].name === 'good' && g.checks[1].fails === 1 && data.root_group.checks.length === 0;
  return { stdout: all ? 'all there\n' : JSON.stringify(data) };
}

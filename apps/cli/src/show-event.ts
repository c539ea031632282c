import type { AgentEvent } from '#host';
import type { Output } from './output.js';
import { logsOf, whyFailed } from './why-failed.js';

const troubles = ['warning', 'failed'];
/** Of back ends that don't come up: what they printed last follows. */
const startFailures = ['start-failed', 'crash-loop'];

/**
 * An event of an agent as a line: JSON as it is, or when, what, of which plugin, and what is said of it. `logs`: where all
 * that its back end said can be read, if not by `mortise logs`.
 */
export function showEvent(output: Output, event: AgentEvent, logs = logsOf(event.plugin ?? '')): void {
  const { type, at, plugin, version, interface: name, data } = event;
  const where = plugin === null ? '' : ` ${plugin}${name === null ? '' : `:${name}`}@${version ?? ''}`;
  const kind = troubles.includes(type) ? output.paint('yellow', type) : output.paint('green', type);
  const { message, code, ...rest } = data;
  const whole = typeof message === 'string' ? message : '';
  const said = startFailures.includes(String(code)) ? whyFailed(whole, logs) : whole;
  const more = Object.keys(rest).length > 0 && said === '' ? JSON.stringify(rest) : '';
  const codeText = typeof code === 'string' ? `${code}: ` : '';
  output.item(event, `${at.slice(11, 19)} ${kind}${where} ${said === '' ? more : codeText + said}`.trimEnd());
}

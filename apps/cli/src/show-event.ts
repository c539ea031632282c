import type { AgentEvent } from '#host';
import type { Output } from './output.js';

const troubles = ['warning', 'failed'];

/** An event of an agent as a line: JSON as it is, or when, what, of which plugin, and what is said of it. */
export function showEvent(output: Output, event: AgentEvent): void {
  const { type, at, plugin, version, interface: name, data } = event;
  const where = plugin === null ? '' : ` ${plugin}${name === null ? '' : `:${name}`}@${version ?? ''}`;
  const kind = troubles.includes(type) ? output.paint('yellow', type) : output.paint('green', type);
  const { message, code, ...rest } = data;
  const said = typeof message === 'string' ? message : '';
  const more = Object.keys(rest).length > 0 && said === '' ? JSON.stringify(rest) : '';
  const codeText = typeof code === 'string' ? `${code}: ` : '';
  output.item(event, `${at.slice(11, 19)} ${kind}${where} ${said === '' ? more : codeText + said}`.trimEnd());
}

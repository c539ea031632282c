/**
 * What a scalar without quotes means in YAML 1.2 (core schema, section 10.3.2). Numbers may be infinite or
 * inexact here; whoever uses one as a number looks at that.
 */
export function coreValue(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  if (Number.isNaN(first)) return null;
  // Most scalars are words; only these beginnings can mean anything else.
  if (!'~nNtTfF-+.0123456789'.includes(text.charAt(0))) return text;
  if (/^(?:~|null|Null|NULL)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  return coreNumber(text) ?? text;
}

function coreNumber(text: string): number | undefined {
  if (/^[-+]?[0-9]+$/.test(text) || /^0x[0-9a-fA-F]+$/.test(text) || /^0o[0-7]+$/.test(text))
    return Number(text);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return NaN;
  return undefined;
}

/** What YAML 1.1 read as yes or no and YAML 1.2 reads as a text. */
export function yaml11Boolean(text: string): boolean | undefined {
  if (/^(?:yes|Yes|YES|on|On|ON)$/.test(text)) return true;
  if (/^(?:no|No|NO|off|Off|OFF)$/.test(text)) return false;
  return undefined;
}

/** Whether YAML 1.1 reads it as a number that YAML 1.2 reads otherwise: 0777, 1_000, 12:30:45, 0b1. */
export function isYaml11Number(text: string): boolean {
  return (
    /^[-+]?0[0-7]+$/.test(text) ||
    /^[-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?$/.test(text) ||
    /^[-+]?[1-9][0-9]*(?::[0-5]?[0-9])+(?:\.[0-9]*)?$/.test(text) ||
    /^[-+]?0b[01_]+$/.test(text)
  );
}

/** Whether the number that was written is the number that JavaScript keeps. */
export function isExactNumber(value: number, text: string): boolean {
  if (!Number.isFinite(value)) return false;
  if (Number.isInteger(value) && /^[-+]?[0-9]+$/.test(text)) return Number.isSafeInteger(value);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER && /^0[xo]/.test(text)) return false;
  const digits = text
    .replace(/[eE].*$/, '')
    .replace(/[^0-9]/g, '')
    .replace(/^0+/, '');
  return value === 0 ? digits === '' : digits.replace(/0+$/, '').length <= 17;
}

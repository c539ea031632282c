const written = /^(?:[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])$/i;

/** Whether it can be the name of a Python distribution (names and normalisation specification). */
export function isPythonName(name: string): boolean {
  return name.length <= 214 && written.test(name);
}

/** PEP 503: lower case, and runs of `-`, `_` and `.` become one `-`. */
export function normalizePythonName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

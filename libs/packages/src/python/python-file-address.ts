/**
 * Where the file of a Python project is served; the METADATA file of a wheel at the same address with `.metadata` behind
 * it (PEP 658). `base` is the store's public address, without a slash at its end; `project` is normalised.
 */
export function pythonFileAddress(base: string, project: string, filename: string): string {
  return `${base}/pypi/files/${project}/${encodeURIComponent(filename)}`;
}

/** Systems, machines and Pythons that no host runs on, or hardly any: their wheels would be most of a lock. */
const unusual =
  /(?:^|[-_.])(?:android|ios|pyodide|emscripten|pyemscripten|wasm32|win32|ppc64|ppc64le|s390x|riscv64|i686|armv6l|armv7l|loongarch64)|-(?:pp\d+|graalpy\d+|cp\d+)-cp\d+t-|-(?:pp|graalpy)\d/;

/** Whether a wheel is for Linux, macOS or Windows, on x86-64 or ARM64, by its file name (PEP 425). */
export const isUsualWheel = (filename: string): boolean => !unusual.test(filename);

/** As much of npm's own client as the tests use. */
declare module 'pacote' {
  interface Manifest {
    readonly _signatures: readonly { readonly keyid: string; readonly sig: string }[];
  }
  const pacote: { manifest(spec: string, options: Readonly<Record<string, unknown>>): Promise<Manifest> };
  export default pacote;
}

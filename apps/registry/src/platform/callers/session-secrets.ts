/** What sessions are signed with, the same on every replica. */
export class SessionSecrets {
  constructor(
    /** Sessions of another store are refused, whatever address it has. */
    readonly clusterId: string,
    readonly sessionSecret: string,
  ) {}
}

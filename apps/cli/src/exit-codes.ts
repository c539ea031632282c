/** What a script learns from the exit code. The table in docs/cli.md is this one; a test compares them. */
export const exitCodes = {
  done: { code: 0, about: 'It is done; or there was nothing to do.' },
  refused: { code: 1, about: 'It was refused or failed, or a check found something; the sentence says why.' },
  usage: { code: 2, about: 'The command line, a setting or a file that it reads is not understood.' },
  forbidden: { code: 3, about: 'Not signed in, or the account, token or key may not do that.' },
  absent: { code: 4, about: 'There is no such plugin, version, account, file or folder.' },
  unreachable: { code: 5, about: 'The store does not answer, or can’t just now.' },
  bug: { code: 70, about: 'A fault of mortise itself; the trace that is shown belongs in a bug report.' },
  interrupted: { code: 130, about: 'Ctrl-C; 143 after SIGTERM. `run` and `dev` are ended so: with 0.' },
} as const;

export type ExitName = keyof typeof exitCodes;

/** One thing that is wrong with a descriptor or a body. Lines and columns count from 1. */
export interface ProblemDetail {
  readonly code?: string;
  readonly pointer?: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly fix?: string;
  readonly severity?: 'error' | 'warning';
}

export interface ProblemMembers {
  readonly status: number;
  readonly code: string;
  /** The sentence that says what to do. */
  readonly detail: string;
  readonly problems?: readonly ProblemDetail[];
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  /** All that the document has. */
  readonly document?: Readonly<Record<string, unknown>>;
}

/**
 * The store refused: its problem document (RFC 9457). `message` is its sentence, `code` is stable. An answer that is
 * no problem document and no success (a proxy's, say) has the code `unexpected-answer`.
 */
export class StoreProblem extends Error implements ProblemMembers {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly problems: readonly ProblemDetail[];
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly document: Readonly<Record<string, unknown>>;

  constructor(members: ProblemMembers) {
    super(members.detail);
    this.name = 'StoreProblem';
    this.detail = members.detail;
    this.status = members.status;
    this.code = members.code;
    this.problems = members.problems ?? [];
    this.requestId = members.requestId;
    this.retryAfterMs = members.retryAfterMs;
    this.document = members.document ?? {};
  }

  /** The same refusal, in the words of who knows more of it than the store. */
  inOtherWords(detail: string, code = this.code): StoreProblem {
    const { status, problems, requestId, retryAfterMs, document } = this;
    return new StoreProblem({ status, code, detail, problems, requestId, retryAfterMs, document });
  }
}

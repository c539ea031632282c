/** An answer of the store as it was seen once, for floors that send the same bytes. */
export interface BareAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Set for the answers that follow; the reply is the port that the floor listens on. */
export interface BareCommand {
  readonly answer: BareAnswer;
}

export interface BareReply {
  readonly port: number;
}

/** What a server adds by itself, or differs from answer to answer. */
const ownHeaders = new Set([
  'date',
  'connection',
  'keep-alive',
  'content-length',
  'x-request-id',
  'request-id',
]);

export async function seeAnswer(url: string, init?: RequestInit): Promise<BareAnswer> {
  const response = await fetch(url, init);
  const body = Buffer.from(await response.arrayBuffer());
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !ownHeaders.has(name)));
  return { status: response.status, headers, body };
}

/** The headers of the 304 that stands for an answer. */
export function headersWithoutBody(headers: BareAnswer['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('content-')));
}

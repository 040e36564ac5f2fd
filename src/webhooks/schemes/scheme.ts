/** Why a request is not taken, in the order in which it is looked for; told to the log and the metrics, never to the sender. */
export const signatureFailures = ['missing_header', 'malformed_header', 'bad_signature', 'too_old', 'too_new'] as const;
export type SignatureFailure = (typeof signatureFailures)[number];

/** A request as it came: nothing of it has been read yet. */
export interface SignedRequest {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** What a request claims: which digests of which bytes, made when. */
export interface Claim {
  /** Any of them may be right; each is as long as the scheme's digests are. */
  readonly digests: readonly Buffer[];
  /** The pieces that are signed, one after the other. */
  readonly signed: readonly (string | Buffer)[];
  /** Seconds since 1970 UTC; undefined where the scheme signs no time. */
  readonly at: number | undefined;
}

/** Which event it is and of which kind; null where the sender does not say. */
export interface EventName {
  readonly id: string | null;
  readonly type: string | null;
}

/**
 * How a platform signs what it sends: the same slots for each. Digests are compared in schemes/verify.ts, in constant time.
 */
export interface Scheme {
  readonly hash: 'sha256' | 'sha512';
  /** The key of a secret as it stands in the environment. */
  keyOf(secret: string): Buffer;
  /** What is wrong with a secret, without showing it, as the rest of a sentence; undefined if nothing is. */
  problemOf(secret: string): string | undefined;
  /** Reads the headers. */
  claim(request: SignedRequest): Claim | Extract<SignatureFailure, 'missing_header' | 'malformed_header'>;
  /**
   * Names the event of a request that is verified.
   * @param content the body as JSON; undefined if it is none
   */
  name(request: SignedRequest, content: unknown): EventName;
  /** True: the body tells the id or the type, so one that cannot be read is a dead letter. */
  readonly readsBody: boolean;
  /** Headers, by lower-case name, that say something of the event and prove nothing: they are kept. */
  readonly kept: readonly string[];
}

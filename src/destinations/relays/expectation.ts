/** What a destination answers if it took the relay. */
export interface Expectation {
  /** Undefined: any 2xx. */
  readonly statuses: readonly number[] | undefined;
  /** What the body must match, within its first 16 KiB; undefined: anything. */
  readonly body: RegExp | undefined;
}

/** Why the answer is not the expected one; undefined if it is. */
export function unexpectedIn(expectation: Expectation, status: number, body: string): string | undefined {
  const { statuses, body: pattern } = expectation;
  const wanted = statuses === undefined ? status >= 200 && status < 300 : statuses.includes(status);
  if (!wanted) return `status ${status}`;
  // A receiver may answer 200 and say in the body that it refused: partners' postbacks do.
  if (pattern !== undefined && !pattern.test(body)) return `status ${status}, but the body is not the expected one`;
  return undefined;
}

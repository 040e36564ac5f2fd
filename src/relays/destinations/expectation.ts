/** What a destination answers if it took the relay. */
export interface Expectation {
  /** Undefined: any 2xx. */
  readonly statuses: readonly number[] | undefined;
  /** What the body must match, within its first 16 KiB; undefined: anything. */
  readonly body: RegExp | undefined;
}

/** An incoming webhook of Slack that took a message (docs.slack.dev, "Sending messages using incoming webhooks"). */
export const slackExpectation: Expectation = { statuses: [200], body: /^ok\s*$/ };

/** What scripts write before what they mean to say: a byte order mark, blank lines. */
const BEFORE_BODY = /^(?:\ufeff|[ \t]*\r?\n)+/;

/**
 * Why the answer is not the expected one; undefined if it is. A body of which nothing is expected may be cut off: the
 * status says that the relay was taken.
 */
export function unexpectedIn(expectation: Expectation, answer: { readonly status: number; readonly body: string; readonly flaw: string | null }): string | undefined {
  const { statuses, body: pattern } = expectation;
  const { status, body, flaw } = answer;
  const wanted = statuses === undefined ? status >= 200 && status < 300 : statuses.includes(status);
  if (!wanted) return `status ${status}`;
  if (pattern === undefined) return undefined;
  if (flaw !== null) return `status ${status}, but the body is not whole: ${flaw}`;
  // A receiver may answer 200 and say in the body that it refused: partners' postbacks do.
  return pattern.test(body.replace(BEFORE_BODY, '')) ? undefined : `status ${status}, but the body is not the expected one`;
}

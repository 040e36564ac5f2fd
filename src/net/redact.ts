/** What stands in the place of a secret. */
const REDACTED = '[redacted]';

/** Headers that hold a secret whatever their value. */
const SENSITIVE = /^(authorization|proxy-authorization|cookie|set-cookie|.*(api-?key|token|secret|password).*)$/i;
/** Shorter texts occur by chance; headers made of them are hidden whole. */
const SHORTEST = 4;
/** A path so long is hidden in every text; a shorter one is an ordinary word there. */
const LIKE_A_TOKEN = 8;

/** Hides the secrets of a destination in whatever is stored or shown. */
export interface Redactor {
  text(text: string): string;
  url(url: string): string;
  /** @param secret names of headers, in lower case, whose value is a secret as a whole */
  headers(headers: Readonly<Record<string, string>>, secret?: ReadonlySet<string>): Record<string, string>;
}

/**
 * A redactor for the secrets as they are and as they look in a URL.
 * @param paths parts of URLs that may hold a token
 */
export function createRedactor(secrets: readonly string[], paths: readonly string[] = []): Redactor {
  const text = replacer([...secrets, ...paths.filter((path) => path.length >= LIKE_A_TOKEN)]);
  return {
    text,
    url: replacer([...secrets, ...paths]),
    headers: (headers, secret = new Set()) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, secret.has(name.toLowerCase()) || SENSITIVE.test(name) ? REDACTED : text(value)]),
      ),
  };
}

function replacer(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret.toWellFormed())]);
  // The longest first: one secret may be the beginning of another.
  const hidden = [...new Set(forms)].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((result, secret) => result.replaceAll(secret, REDACTED), text);
}

/** What stands in the place of a secret. */
const REDACTED = '[redacted]';
/** Shorter texts occur by chance. */
const SHORTEST = 4;

/** Secrets that this process has opened, in the forms in which they could be written. */
const forms = new Set<string>();
let longestFirst: readonly string[] = [];

/** From now on the value stands in no log line and in no report, as it is, in a URL, in JSON or in base64. */
export function hideSecret(value: string): void {
  const lines = value.split('\n').map((line) => line.trim());
  for (const text of [value, ...lines]) {
    if (text.length < SHORTEST) continue;
    for (const form of [text, encodeURIComponent(text.toWellFormed()), JSON.stringify(text).slice(1, -1), Buffer.from(text).toString('base64')]) forms.add(form);
  }
  longestFirst = [...forms].sort((one, other) => other.length - one.length);
}

/** The text without the secrets that this process knows. */
export function withoutSecrets(text: string): string {
  return longestFirst.reduce((result, form) => result.replaceAll(form, REDACTED), text);
}

/** What is wrong with a secret that is used as it stands, without showing it. */
export function plainSecretProblem(secret: string): string | undefined {
  return secret !== secret.trim() || /[\r\n]/.test(secret) ? 'has white space around it or a line break in it, as a file that ends with one; remove it' : undefined;
}

/** The key of a secret that is used as it stands, not decoded. */
export function plainKey(secret: string): Buffer {
  return Buffer.from(secret, 'utf8');
}

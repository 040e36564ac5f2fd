const scratch = Buffer.allocUnsafeSlow(256);

/**
 * A copy with memory of its own. A text that was cut out of a long one keeps all of that alive.
 * @param text of at most 256 characters of Latin-1
 */
export function ownCopy(text: string): string {
  return scratch.toString('latin1', 0, scratch.write(text, 0, 'latin1'));
}

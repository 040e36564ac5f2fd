/** A text among the members of a JSON object; null if there is no such text. */
export function textMember(content: unknown, name: string): string | null {
  const value = typeof content === 'object' && content !== null ? (content as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : null;
}

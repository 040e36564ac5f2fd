/** A part of a URL with its characters as they are meant, `%40` as `@`; undefined if one of its % begins none. */
export function decodedUrlText(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const ADDRESS = /^[^\s@]+@[^\s@]+$/;
/** An address within a text, as it is or as a URL escapes it. */
const ADDRESS_WITHIN = /[\w.!#$'*+~-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/gi;

/** An address trimmed and in lower case; undefined if the text is none. */
export function normaliseEmail(text: string | null): string | undefined {
  const email = text?.trim().toLowerCase() ?? '';
  return ADDRESS.test(email) ? email : undefined;
}

/** The text with every address in it replaced by what the function makes of the normalised address. */
export function replaceAddresses(text: string, replacement: (address: string) => string): string {
  if (!text.includes('@') && !text.includes('%40')) return text;
  return text.replace(ADDRESS_WITHIN, (address) => replacement(address.replace(/%40/i, '@').toLowerCase()));
}

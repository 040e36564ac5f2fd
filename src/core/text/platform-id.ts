/** 32 hex digits as the billing platform writes them, or as programs write a UUID: with dashes, in capitals, in braces. */
const HEX = /^\{?(?:urn:uuid:)?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

/** An id in the platform's own spelling, 32 hex digits in lower case; any other text as it is. */
export function plainId(id: string): string {
  return partsOf(id)?.join('') ?? id;
}

/** The spellings in which exports hold an id: its own and, of 32 hex digits, those with dashes and in capitals. */
export function spellingsOfId(id: string): string[] {
  const parts = partsOf(id);
  if (parts === undefined) return [id];
  const [plain, dashed] = [parts.join(''), parts.join('-')];
  return [...new Set([id, plain, dashed, plain.toUpperCase(), dashed.toUpperCase()])];
}

function partsOf(id: string): string[] | undefined {
  return HEX.exec(id.trim())?.slice(1).map((part) => part.toLowerCase());
}

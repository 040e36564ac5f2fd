import { scrub } from '../../core/text/scrub.ts';

const KEPT = new Set(['user-agent', 'accept-language', 'origin', 'sec-purpose', 'purpose', 'x-moz', 'sec-gpc']);

/** The headers of a request that a record keeps (serve specification, "Lead capture"), by lower-case name. */
export function keptHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value !== 'string') continue;
    if (KEPT.has(name) || name.startsWith('sec-ch-ua')) kept[name] = value;
    else if (name === 'referer') Object.assign(kept, refererOf(value));
  }
  return kept;
}

/** Query and fragment may hold what somebody typed; so may a path, if rarely. */
function refererOf(value: string): { referer?: string } {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url === undefined || !/^https?:$/.test(url.protocol) ? {} : { referer: scrub(`${url.origin}${url.pathname}`) };
}

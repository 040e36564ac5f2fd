import { isbot } from 'isbot';

/** Why an open or a click was no human's. */
export type MachineReason = 'export' | 'apple_proxy' | 'prefetch' | 'bot';

/** What is known of who opened or clicked. */
export interface Visitor {
  /** The export's own flag. */
  readonly flagged: boolean;
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
}

/** Apple Mail's privacy protection loads every message through Apple's relays, which call themselves just this. */
const APPLE_AGENT = /^Mozilla\/5\.0$/;
/** Apple's own network. */
const APPLE_NETWORK = /^17\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
/** Fetches before a human does: link scanners of mail gateways, and previews of browsers and messengers. */
const PREFETCH =
  /prefetch|preview|safelinks|barracuda|proofpoint|mimecast|ironport|fireeye|symantec|trend ?micro|forcepoint|messagelabs|cloudmark|linkcheck|url ?defense|urlscan/i;
/** Gmail loads the images of a message before it shows it, and looks into messages that nobody has opened. */
const GMAIL_AHEAD = /Edge\/12\.246 Mozilla\/5\.0$|Gmail-content-sampling/i;
/** Mail programs and the image proxies of web mailers fetch when the reader opens the message, whatever they are called. */
const READERS = /GoogleImageProxy|YahooMailProxy|YandexMail|OutlookImageProxy|Thunderbird|Outlook|Microsoft Office|ms-office|Apple ?Mail|eM ?Client|Lotus-Notes/i;
const MOST_REMEMBERED = 5_000;

const remembered = new Map<string, MachineReason | null>();

/**
 * Why this was no human; null if it was one as far as can be told (e-mail specification, "import-email"). Nothing known
 * counts as human: an export without user agents would else have no engagement at all.
 */
export function machineReason({ flagged, userAgent, ipAddress }: Visitor): MachineReason | null {
  if (flagged) return 'export';
  if (ipAddress !== null && APPLE_NETWORK.test(ipAddress)) return 'apple_proxy';
  return userAgent === null ? null : reasonOfAgent(userAgent);
}

/** Few user agents make most of the events, and the question is a dear one. */
function reasonOfAgent(userAgent: string): MachineReason | null {
  const known = remembered.get(userAgent);
  if (known !== undefined) return known;
  const reason = judge(userAgent.trim());
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  remembered.set(userAgent, reason);
  return reason;
}

function judge(userAgent: string): MachineReason | null {
  if (APPLE_AGENT.test(userAgent)) return 'apple_proxy';
  if (PREFETCH.test(userAgent) || GMAIL_AHEAD.test(userAgent)) return 'prefetch';
  return !READERS.test(userAgent) && isbot(userAgent) ? 'bot' : null;
}

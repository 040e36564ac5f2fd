import { alignedLines } from './aligned.ts';
import { htmlOf } from './mail-html.ts';
import type { Notice, NoticePart } from './notice.ts';

/** Both forms of a mail and its subject. */
export interface MailBody {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Gmail cuts a mail that is longer (metrics specification, "Alerts and the weekly mail"). In bytes. */
const MOST_BYTES = 100 * 1_024;

/** A notice as a mail: one structure, two forms, each below 100 KB; what does not fit is left out of both, and counted. */
export function mailBodyOf(notice: Notice): MailBody {
  let fitting = notice;
  for (;;) {
    const html = htmlOf(fitting);
    const text = textOf(fitting);
    if (Math.max(Buffer.byteLength(html), Buffer.byteLength(text)) <= MOST_BYTES) return { subject: notice.title.replace(/\s+/gu, ' '), text, html };
    fitting = shortened(fitting);
  }
}

function textOf({ title, parts }: Notice): string {
  return `${[title, ...parts.flatMap(textOfPart)].join('\n\n')}\n`;
}

function textOfPart(part: NoticePart): string[] {
  if (part.kind === 'heading') return [`${part.text}\n${'-'.repeat(part.text.length)}`];
  if (part.kind === 'text') return [part.text];
  if (part.kind === 'list') return part.items.length === 0 ? [] : [part.items.map((item) => `* ${item}`).join('\n')];
  return [alignedLines(part).join('\n')];
}

/** Half of the longest part, with how much that leaves out. */
function shortened(notice: Notice): Notice {
  const sizes = notice.parts.map((part) => JSON.stringify(part).length);
  const longest = sizes.indexOf(Math.max(...sizes));
  const parts = notice.parts.flatMap((part, index) => (index === longest ? halved(part) : [part]));
  return { ...notice, parts };
}

function halved(part: NoticePart): NoticePart[] {
  if (part.kind === 'heading' || part.kind === 'text') return [{ ...part, text: `${part.text.slice(0, Math.floor(part.text.length / 2))}…` }];
  const entries = part.kind === 'list' ? part.items : part.rows;
  const kept = Math.floor(entries.length / 2);
  const rest: NoticePart = { kind: 'text', text: `… and ${entries.length - kept} more` };
  return [part.kind === 'list' ? { ...part, items: part.items.slice(0, kept) } : { ...part, rows: part.rows.slice(0, kept) }, rest];
}

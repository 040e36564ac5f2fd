import { codePoints, firstCodePoints } from '../../core/text/code-points.ts';
import { alignedLines } from './aligned.ts';
import type { Notice, NoticePart } from './notice.ts';

/** What an incoming webhook of Slack takes (docs.slack.dev, "Sending messages using incoming webhooks"). */
export interface SlackMessage {
  /** What notifications show. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

export type SlackBlock =
  | { readonly type: 'header'; readonly text: { readonly type: 'plain_text'; readonly text: string; readonly emoji: false } }
  | { readonly type: 'section'; readonly text: { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true } };

/** Slack refuses a message with more (docs.slack.dev, "Blocks"). */
const MOST_BLOCKS = 50;
const MOST_CHARACTERS = 3_000;
const MOST_OF_HEADER = 150;
/** A line so long is cut: escaped it is at most five times as long, and a fence stands around it. */
const LONGEST_LINE = 590;
const FENCE = '```';

/** A notice as a message of Slack: each part one or more sections, tables in letters of one width. */
export function slackMessageOf({ title, parts }: Notice): SlackMessage {
  const header = { type: 'header', text: { type: 'plain_text', text: cut(title, MOST_OF_HEADER), emoji: false } } as const;
  const sections = parts.flatMap(textsOf).map((text): SlackBlock => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }));
  const room = MOST_BLOCKS - 1;
  const shown = sections.length <= room ? sections : [...sections.slice(0, room - 1), leftOut(sections.length - room + 1)];
  return { text: escapeMrkdwn(cut(title, LONGEST_LINE)), blocks: [header, ...shown] };
}

/** The texts of the sections of a part. */
function textsOf(part: NoticePart): string[] {
  if (part.kind === 'heading') return [`*${escapeMrkdwn(cut(withoutMarks(part.text), LONGEST_LINE))}*`];
  if (part.kind === 'text') return chunked(part.text.split('\n'), '');
  if (part.kind === 'list') return chunked(part.items.map((item) => `• ${item}`), '');
  return chunked(alignedLines(part).map((line) => line.replaceAll('`', "'")), FENCE);
}

/** Lines in as few texts as their limit allows, each between fences. */
function chunked(lines: readonly string[], fence: string): string[] {
  const around = fence === '' ? 0 : 2 * (fence.length + 1);
  const texts: string[] = [];
  let text = '';
  for (const line of lines.map((each) => escapeMrkdwn(cut(each, LONGEST_LINE)))) {
    if (text !== '' && text.length + 1 + line.length + around > MOST_CHARACTERS) {
      texts.push(text);
      text = '';
    }
    text = text === '' ? line : `${text}\n${line}`;
  }
  return [...texts, text].filter((each) => each.trim() !== '').map((each) => (fence === '' ? each : `${fence}\n${each}\n${fence}`));
}

/** The three signs that Slack reads as its own (docs.slack.dev, "Formatting message text", "Escaping text"). */
function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A star within a bold text would end it. */
function withoutMarks(text: string): string {
  return text.replaceAll('*', '∗');
}

function cut(text: string, most: number): string {
  return codePoints(text) <= most ? text : `${firstCodePoints(text, most - 1)}…`;
}

function leftOut(count: number): SlackBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: `… and ${count} more parts, which Slack has no room for; the pages of hub report have all.`, verbatim: true } };
}

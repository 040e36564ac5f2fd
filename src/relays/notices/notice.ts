import { z } from 'zod';

/** How urgent a notice is. */
export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

const column = z.strictObject({ title: z.string(), align: z.literal('right').optional() });

const part = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('heading'), text: z.string() }),
  z.strictObject({ kind: z.literal('text'), text: z.string() }),
  z.strictObject({ kind: z.literal('list'), items: z.array(z.string()) }),
  /** Each row has a text for each column. */
  z.strictObject({ kind: z.literal('table'), columns: z.array(column), rows: z.array(z.array(z.string())) }),
]);

const noticeSchema = z.strictObject({ title: z.string(), severity: z.enum(severities), parts: z.array(part) });

/** A part of a notice, in reading order. */
export type NoticePart = z.infer<typeof part>;

/** What people are told, whatever carries it: chat and both forms of a mail are made of it, so that they say the same. */
export type Notice = z.infer<typeof noticeSchema>;

/** What a payload of such a kind holds for people; undefined if it holds nothing that can be shown. */
export function noticeIn(payload: string): Notice | undefined {
  try {
    return noticeSchema.safeParse((JSON.parse(payload) as { notice?: unknown }).notice).data;
  } catch {
    return undefined;
  }
}

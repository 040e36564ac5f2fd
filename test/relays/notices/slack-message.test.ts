import { describe, expect, test } from '@jest/globals';

import type { Notice } from '../../../src/relays/notices/notice.ts';
import { slackMessageOf } from '../../../src/relays/notices/slack-message.ts';

const notice = (changes: Partial<Notice>): Notice => ({ title: 'Stock out', severity: 'critical', parts: [], ...changes });

describe('a message of Slack', () => {
  test('has the title as its text and header, and each part as sections', () => {
    const parts: Notice['parts'] = [
      { kind: 'heading', text: 'What' },
      { kind: 'text', text: 'Two are out.' },
      { kind: 'list', items: ['one', 'two'] },
      { kind: 'table', columns: [{ title: 'sku' }, { title: 'left', align: 'right' }], rows: [['A', '0'], ['BB', '-12']] },
    ];
    expect(slackMessageOf(notice({ parts }))).toEqual({
      text: 'Stock out',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Stock out', emoji: false } },
        ...['*What*', 'Two are out.', '• one\n• two', '```\nsku  left\nA       0\nBB    -12\n```'].map((text) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } })),
      ],
    });
  });

  test('escapes the three signs that Slack reads as its own, and lets no text end a bold or a fence', () => {
    const parts: Notice['parts'] = [{ kind: 'heading', text: 'a*b' }, { kind: 'text', text: '<!channel> & <https://x|y>' }, { kind: 'table', columns: [{ title: '```' }], rows: [['<@U1>']] }];
    const { blocks, text } = slackMessageOf(notice({ title: '<!here>', parts }));
    expect(text).toBe('&lt;!here&gt;');
    expect(blocks.slice(1).map((block) => block.text.text)).toEqual(['*a∗b*', '&lt;!channel&gt; &amp; &lt;https://x|y&gt;', "```\n'''\n&lt;@U1&gt;\n```"]);
  });

  test('keeps the limits of Slack whatever the length, and says what it leaves out', () => {
    const row = ['&'.repeat(900), '🎉'.repeat(200)];
    const parts = Array.from({ length: 90 }, (): Notice['parts'][number] => ({ kind: 'table', columns: [{ title: 'a' }, { title: 'b' }], rows: Array.from({ length: 30 }, () => row) }));
    const { blocks } = slackMessageOf(notice({ title: 'T'.repeat(400), parts }));
    expect(blocks).toHaveLength(50);
    expect(blocks[0]?.text.text).toHaveLength(150);
    expect(Math.max(...blocks.map((block) => block.text.text.length))).toBeLessThanOrEqual(3_000);
    expect(blocks.at(-1)?.text.text).toMatch(/^… and \d+ more parts/);
    expect(blocks.slice(1, -1).every((block) => block.text.text.startsWith('```\n') && block.text.text.endsWith('\n```'))).toBe(true);
  });
});

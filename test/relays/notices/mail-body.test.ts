import { describe, expect, test } from '@jest/globals';

import { mailBodyOf } from '../../../src/relays/notices/mail-body.ts';
import type { Notice } from '../../../src/relays/notices/notice.ts';

const notice: Notice = {
  title: 'Week 2026-W47',
  severity: 'info',
  parts: [
    { kind: 'heading', text: 'Money <&>' },
    { kind: 'text', text: 'One.\nTwo "quoted".' },
    { kind: 'list', items: ['first', 'second'] },
    { kind: 'table', columns: [{ title: 'what' }, { title: 'EUR', align: 'right' }], rows: [['net revenue', '1,234.50'], ['refunds', '−12.00']] },
  ],
};

/** The words of HTML as a reader sees them. */
function wordsOfHtml(html: string): string[] {
  const body = html.slice(html.indexOf('<body'));
  const plain = body.replace(/<[^>]*>/g, ' ').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  return plain.split(/\s+/).filter((word) => word !== '');
}

function wordsOfText(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '' && word !== '*' && !/^-+$/.test(word));
}

describe('a mail', () => {
  test('says the same in both forms', () => {
    const { text, html, subject } = mailBodyOf(notice);
    expect(subject).toBe('Week 2026-W47');
    expect(wordsOfHtml(html)).toEqual(wordsOfText(text));
    expect(text).toContain('what              EUR\nnet revenue  1,234.50\nrefunds        −12.00');
  });

  test('holds nothing remote, no image, no class and no script', () => {
    const { html } = mailBodyOf(notice);
    expect(html).not.toMatch(/https?:|src=|<img|<script|<link|<style|class=|url\(/i);
    expect(html).toContain('Money &lt;&amp;&gt;');
  });

  test('keeps a number on its line, and lets what stands for one be longer', () => {
    const change: Notice = { ...notice, parts: [{ kind: 'table', columns: [{ title: 'what' }, { title: '+/−', align: 'right' }], rows: [['MRR', '-32.7 %'], ['CAC', '– (spend in several currencies)']] }] };
    const cellOf = (text: string): string | undefined => mailBodyOf(change).html.split('<td').find((cell) => cell.includes(text));
    expect(cellOf('-32.7 %')).toContain('white-space:nowrap');
    expect(cellOf('several currencies')).not.toContain('nowrap');
    expect(cellOf('MRR')).not.toContain('nowrap');
  });

  test.each([
    ['a long table', { kind: 'table', columns: [{ title: 'a' }], rows: Array.from({ length: 9_000 }, (_, index) => [`row ${index} <`]) }],
    ['a long list', { kind: 'list', items: Array.from({ length: 9_000 }, (_, index) => `item ${index} &`) }],
    ['a long text', { kind: 'text', text: 'ä<'.repeat(90_000) }],
  ] as [string, Notice['parts'][number]][])('with %s stays below 100 KB in both forms, which still say the same', (_title, part) => {
    const { text, html } = mailBodyOf({ ...notice, parts: [part, ...notice.parts] });
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(102_400);
    expect(wordsOfHtml(html)).toEqual(wordsOfText(text));
    expect(text).toContain('net revenue');
    expect(text).toMatch(part.kind === 'text' ? /…/ : /… and \d+ more/);
  });

  test('has a subject of one line', () => {
    expect(mailBodyOf({ ...notice, title: 'a\r\nBcc: b' }).subject).toBe('a Bcc: b');
  });
});

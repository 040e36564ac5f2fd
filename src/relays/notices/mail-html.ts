import { escapeHtml } from '../../core/text/html.ts';
import type { Notice, NoticePart, Severity } from './notice.ts';

const FONT = 'font-family:Arial,Helvetica,sans-serif;color:#1f2328';
const CELL = 'padding:4px 8px;border-bottom:1px solid #d8dee4;font-size:13px;line-height:18px;vertical-align:top';
/** A number stays on its line, with its sign, its unit and its percent; a remark in its place may be longer. */
const NUMBER = /^[^(]{1,14}$/;
const COLOURS: Readonly<Record<Severity, string>> = { info: '#0969da', warning: '#9a6700', critical: '#cf222e' };

/** A notice as HTML that mail programs show: one column, styles within the tags, no image, nothing remote. */
export function htmlOf({ title, severity, parts }: Notice): string {
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>`,
    `<body style="margin:0;padding:16px;background:#ffffff;${FONT}">`,
    '<table role="presentation" width="100%" style="border-collapse:collapse"><tr><td align="center">',
    '<table role="presentation" width="100%" style="max-width:640px;border-collapse:collapse"><tr><td align="left">',
    `<h1 style="margin:0 0 12px;padding:0 0 8px;border-bottom:3px solid ${COLOURS[severity]};font-size:20px;line-height:26px">${escapeHtml(title)}</h1>`,
    ...parts.map(partHtml),
    '</td></tr></table></td></tr></table></body></html>',
    '',
  ].join('\n');
}

function partHtml(part: NoticePart): string {
  if (part.kind === 'heading') return `<h2 style="margin:20px 0 6px;font-size:16px;line-height:22px">${escapeHtml(part.text)}</h2>`;
  if (part.kind === 'text') return `<p style="margin:0 0 10px;font-size:14px;line-height:20px">${escapeHtml(part.text).replaceAll('\n', '<br>')}</p>`;
  if (part.kind === 'list') {
    const items = part.items.map((item) => `<li style="margin:0 0 4px">${escapeHtml(item)}</li>`);
    return items.length === 0 ? '' : `<ul style="margin:0 0 10px;padding:0 0 0 20px;font-size:14px;line-height:20px">${items.join('')}</ul>`;
  }
  const aligns = part.columns.map(({ align = 'left' }) => align);
  const head = part.columns.map(({ title }, index) => `<th align="${aligns[index] ?? 'left'}" style="${CELL};color:#59636e">${escapeHtml(title)}</th>`).join('');
  const rows = part.rows.map((cells) => `<tr>${cells.map((cell, index) => cellHtml(cell, aligns[index] ?? 'left')).join('')}</tr>`);
  return `<table style="border-collapse:collapse;margin:0 0 12px;width:100%"><tr>${head}</tr>\n${rows.join('\n')}</table>`;
}

function cellHtml(text: string, align: string): string {
  const line = align === 'right' && NUMBER.test(text) ? ';white-space:nowrap' : '';
  return `<td align="${align}" style="${CELL}${line}">${escapeHtml(text)}</td>`;
}

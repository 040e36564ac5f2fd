import { expect, test } from '@jest/globals';

import { compactSvg } from '../../src/pages/svg-text.ts';

const FONT = "system-ui, 'Segoe UI'";
const text = (content: string, more = ''): string => `<text dominant-baseline="central" text-anchor="end" style="font-size:12px;font-family:${FONT};" ${more} fill="#111">${content}</text>\n`;
const svgOf = (inside: string): string => `<svg width="9" height="9" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" baseProfile="full" viewBox="0 0 9 9">\n${inside}</svg>`;
const compact = (inside: string): string => compactSvg(svgOf(inside), FONT);

test('neighbouring shapes that look the same become one, others stay apart and in order', () => {
  const bar = (x: number, fill: string): string => `<path d="M${x}.123 9l1.999 0l0 -5.55l-1.999 0Z" fill="${fill}" class="zr0-cls-0" ecmeta_series_index="0"></path>\n`;
  const shapes = bar(1, '#a') + bar(3, '#a') + bar(1, '#b') + bar(3, '#a');
  expect(compact(shapes)).toBe(
    '<svg width="9" height="9" viewBox="0 0 9 9"><path d="M1.1 9h1.9v-5.5h-1.9ZM3.1 9h1.9v-5.5h-1.9Z" fill="#a"/><path d="M1.1 9h1.9v-5.5h-1.9Z" fill="#b"/><path d="M3.1 9h1.9v-5.5h-1.9Z" fill="#a"/></svg>',
  );
});

test('shapes with something between them stay apart, as it may lie over one and under the other', () => {
  const line = '<path d="M0 0L9 9" fill="none" stroke="#a"></path>';
  expect(compact(`${line}${text('x', 'x="1" y="1"')}${line}`).match(/<path/g)).toHaveLength(2);
});

test('texts stand at their place; what most of them have, the picture has', () => {
  const svg = compact(text('a', 'transform="translate(1.25 2)"') + text('b', 'y="6" transform="translate(3 4.16)"') + text('c', 'x="1" y="2"').replace('12px', '9px'));
  expect(svg).toContain('<svg class="mid" style="font-size:12px;" fill="#111" width="9"');
  expect(svg).toContain('<text text-anchor="end" x="1.2" y="2">a</text><text text-anchor="end" x="3" y="10.1">b</text>');
  expect(svg).toMatch(/<text text-anchor="end" style="font-size:9px;" x="1" y="2">c<\/text>/);
});

test('where one text stands on its line, all of them say how they stand', () => {
  const svg = compact(text('a', 'x="1" y="2"') + text('b', 'x="1" y="2"').replace('dominant-baseline="central" ', ''));
  expect(svg).not.toContain('class="mid"');
  expect(svg).toContain('<text dominant-baseline="central" text-anchor="end" x="1" y="2">a</text>');
});

test('bars of no height, styles for a mouse and a back of no colour are left out', () => {
  const nothing = '<rect width="9" height="9" x="0" y="0" fill="none"></rect>\n<path d="M1 9l2 0l0 0l-2 0Z" fill="#a" class="c"></path>\n<style ><![CDATA[\n.c:hover {\npointer-events:none;\n}\n]]>\n</style>\n';
  expect(compact(nothing)).toBe('<svg width="9" height="9" viewBox="0 0 9 9"></svg>');
});

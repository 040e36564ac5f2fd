import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { PROJECT, workspace, type Workspace } from '../support/program/hub.ts';

const SHIPPED = readFileSync(join(PROJECT, 'config', 'forms.yaml'), 'utf8');

/** A folder with the forms of the program, changed. */
function withForms(change: (text: string) => string = (text) => text): Workspace {
  const place = workspace();
  mkdirSync(join(place.folder, 'config'));
  writeFileSync(join(place.folder, 'config', 'forms.yaml'), change(SHIPPED));
  return place;
}

describe('hub forms list', () => {
  test('names every form and partner with its public id', async () => {
    const result = await withForms().hub(['forms', 'list', '--output', 'json']);
    const { items, partners } = result.json() as { items: { id: string; public_id: string; path: string }[]; partners: { id: string; public_id: string }[] };
    expect(result.code).toBe(0);
    expect(items.map(({ id }) => id)).toEqual(['detox-fr', 'quiz-de', 'newsletter']);
    for (const { public_id: id, path } of items) expect({ id, path }).toEqual({ id: expect.stringMatching(/^frm_[0-9a-f]{24}$/), path: `/l/${id}` });
    expect(partners).toEqual([expect.objectContaining({ id: 'acme', public_id: expect.stringMatching(/^par_[0-9a-f]{24}$/) }), expect.objectContaining({ id: 'bolt' })]);
  });
});

describe('hub routes', () => {
  test('list ends with 2 and says at which line, where two rules tie', async () => {
    const result = await withForms((text) => `${text}  - { id: sure, product: collagen, partner: acme, to: "https://go.belmont.example/sure" }\n`).hub(['routes', 'list', '--output', 'json']);
    expect(result.code).toBe(2);
    expect(result.json()).toMatchObject({
      problems: [
        {
          ...{ level: 'error', code: 'tie', rules: ['detox-acme', 'sure'], by: [], line: SHIPPED.split('\n').length },
          example: { form: 'detox-fr', partner: 'acme', state: 'unknown' },
        },
      ],
    });
  });

  test('explain names the winner and those it beats', async () => {
    const result = await withForms().hub(['routes', 'explain', '--form', 'detox-fr', '--partner', 'acme', '--state', 'known_active_same_brand', '--output', 'json']);
    expect(result).toMatchObject({ code: 0 });
    expect(result.json()).toMatchObject({ rule: 'customer', to: 'https://go.alpina.example/shop?l={lead_id}', beaten: [{ id: 'detox-acme' }, { id: 'detox-known' }] });
  });

  test('test ends with 3 where a request gets another rule', async () => {
    const place = withForms();
    const test = async (rule: string | null) => {
      writeFileSync(join(place.folder, 'cases.json'), JSON.stringify({ cases: [{ form: 'detox-fr', partner: null, state: 'known', rule }] }));
      return place.hub(['routes', 'test', 'cases.json', '--output', 'json']);
    };
    expect(await test('detox-known')).toMatchObject({ code: 0 });
    const other = await test(null);
    expect(other.code).toBe(3);
    expect(other.json()).toMatchObject({ cases: 1, failed: 1, items: [{ rule: null, got: 'detox-known', ok: false }] });
  });
});

test('doctor fails with every line of forms.yaml that is wrong', async () => {
  const result = await withForms((text) => text.replace('brand: corvina', 'brand: corvine').replace('https://go.belmont.example/result', 'https://evil.example/result')).hub(['doctor', '--output', 'json']);
  const { checks } = result.json() as { checks: { name: string; status: string; found: string }[] };
  const lines = [SHIPPED.indexOf('https://go.belmont.example/result'), SHIPPED.indexOf('brand: corvina')].map((offset) => SHIPPED.slice(0, offset).split('\n').length);
  const check = checks.find(({ name }) => name === 'forms');
  expect(check?.status).toBe('fail');
  for (const line of lines) expect(check?.found).toContain(`forms.yaml:${line}: `);
});

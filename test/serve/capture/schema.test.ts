import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';

import { instantFromMillis } from '../../../src/core/time.ts';
import { parseUrlencoded } from '../../../src/leads/pairs.ts';
import { capture } from '../../../src/serve/capture/capture.ts';
import { nothingKnown } from '../../../src/serve/knowledge/snapshot.ts';
import { PROJECT } from '../../support/program/hub.ts';
import { oneForm, oneFormDecide } from '../decide.ts';

const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(join(PROJECT, 'schemas', 'intake-lead.v1.json'), 'utf8')) as object);
const tools = { decide: oneFormDecide(), knowledge: nothingKnown, mayAsk: () => true, micros: () => 180 };

test('every record that is captured is as the schema says', () => {
  const bytes = fc.oneof(fc.uint8Array(), fc.webQueryParameters().map((text) => Buffer.from(text)), fc.constant(Buffer.from('email=a%40b.ch&note=Zo%EB&country=FR')));
  fc.assert(fc.property(fc.option(bytes, { nil: undefined }), bytes, (body, query) => {
    const request = { form: oneForm, method: body === undefined ? ('GET' as const) : ('POST' as const), path: '/l/frm_one', headers: { 'user-agent': 'x' }, address: '203.0.113.9' };
    const pairs = body === undefined ? undefined : parseUrlencoded(body);
    const { record } = capture({ ...request, body: pairs, query: parseUrlencoded(query), at: instantFromMillis(1_773_144_000_123) }, tools, 303);
    validate(JSON.parse(JSON.stringify(record)));
    expect(validate.errors).toBeNull();
  }));
});

test('another line is none', () => {
  for (const line of [{}, { v: 1, kind: 'lead' }, []]) expect(validate(line)).toBe(false);
});

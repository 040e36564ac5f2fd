import { expect, test } from '@jest/globals';

import { choiceFaults } from '../../../src/relays/leads/check-choices.ts';
import { compiled } from '../../leads/forms/forms-file.ts';
import { destinationsOf } from '../../support/stages/relays.ts';

const FORMS = compiled(`themes: [detox]
partners:
  - { id: acme, postback: { destination: net } }
forms:
  - { id: f1, brand: alpina, theme: detox, fields: { email: { kind: email } }, default: "https://go.example/" }
`);

test('names of destinations and forms that do not fit are told with their places', () => {
  const destinations = destinationsOf(`destinations:
  - { id: net, mode: post, url: "https://n.example/", kinds: [lead.created], leads: { themes: [detoxx], partners: [acme], fields: { a: email, b: click_id, c: emial } } }
`);
  expect(choiceFaults(destinations, FORMS)).toEqual([
    'net: leads.themes names "detoxx", which no form of forms.yaml has. Did you mean detox?',
    'net: leads.fields names "emial", which neither a form has nor hub knows. Did you mean email?',
    'the postback of acme names net, which is no destination of conversions',
  ]);
});

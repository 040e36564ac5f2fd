import { compileForms, type Forms } from '../../../src/leads/forms/forms.ts';

/** A file with one form and no rules, in which every line is right. */
export const SMALL = `themes: [detox]
products: [zinc]
partners:
  - id: acme
forms:
  - id: f1
    brand: alpina
    theme: detox
    fields:
      email: { kind: email }
    default: https://go.example/thanks?l={lead_id}
routes: []
`;

export function compiled(text: string, idKey = 'key'): Forms {
  return compileForms({ file: 'forms.yaml', text }, { brands: ['alpina', 'belmont'], redirectHosts: ['go.example', 'Track.example:8443'], idKey });
}

export function linesOf(forms: Forms): string[] {
  return forms.problems.map(({ level, line, key, message }) => `${level} ${line} ${key}: ${message}`);
}

/** A file with many forms, partners and rules: each rule is of a theme, a partner or both, and none ties. */
export function manyForms({ forms, partners, rules }: { readonly forms: number; readonly partners: number; readonly rules: number }): string {
  const themes = Array.from({ length: 200 }, (_, place) => `t${place}`);
  return [
    `themes: [${themes.join(', ')}]`,
    'partners:',
    ...Array.from({ length: partners }, (_, place) => `  - { id: p${place} }`),
    'forms:',
    ...Array.from({ length: forms }, (_, place) => [
      `  - id: f${place}`,
      `    brand: ${place % 2 === 0 ? 'alpina' : 'belmont'}`,
      `    theme: t${place % 200}`,
      '    honeypot: website2',
      '    fields:',
      '      email: { kind: email }',
      '      first_name: { kind: name }',
      '      phone: { kind: phone }',
      '      optin: { kind: consent, purpose: marketing_email }',
      '    default: https://go.example/thanks?l={lead_id}',
    ].join('\n')),
    'routes:',
    ...Array.from({ length: rules }, (_, place) => `  - { id: r${place}, priority: ${place}, theme: t${place % 200}, ${place % 3 === 0 ? '' : `partner: p${place % partners}, `}to: "https://go.example/r${place}?l={lead_id}" }`),
    '',
  ].join('\n');
}

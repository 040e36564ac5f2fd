import type { Parameter, TellFault } from '../query/parameters.ts';
import type { CsvOptions } from './csv.ts';

export const feedFormats = ['json', 'csv', 'xml'] as const;
export type FeedFormat = (typeof feedFormats)[number];

/** How an answer is written. */
export interface FormatOptions extends CsvOptions {
  /** The mark by which Excel knows UTF-8. */
  readonly bom: boolean;
}

const WORDS = {
  bom: { '1': true, '0': false },
  delimiter: { comma: ',', semicolon: ';', tab: '\t' },
  decimal: { point: '.', comma: ',' },
} as const;

/** The options of a format among the parameters; only CSV has any. */
export function formatOptions(format: FeedFormat, parameters: readonly Parameter[], tell: TellFault): FormatOptions {
  const option = <Name extends keyof typeof WORDS>(name: Name, usual: string): (typeof WORDS)[Name][keyof (typeof WORDS)[Name]] => {
    const words: Readonly<Record<string, unknown>> = WORDS[name];
    const given = parameters.find((parameter) => parameter.name === name)?.value;
    if (given !== undefined && format !== 'csv') tell(name, 'unknown_parameter', 'It is an option of CSV.');
    else if (given !== undefined && !Object.hasOwn(words, given)) tell(name, 'invalid_value', `It must be one of: ${Object.keys(words).join(', ')}.`);
    else if (given !== undefined) return words[given] as never;
    return words[usual] as never;
  };
  return { bom: option('bom', '1'), delimiter: option('delimiter', 'comma'), decimal: option('decimal', 'point') };
}

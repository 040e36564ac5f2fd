import type { RowChoice } from '../declare/feeds.ts';
import type { SourceFields } from './cells.ts';
import { placesOf, type SourceHeader } from './source-header.ts';

/**
 * Tells which records of a file are rows of the feed: those that have one of the values that it names under each header of `only`, and none
 * under any of `except`. Values are compared without case and blanks around them.
 * @throws HubError refused (missing_header) if the file lacks a header of either
 */
export function rowChooser({ only = {}, except = {} }: RowChoice, header: SourceHeader): (fields: SourceFields) => boolean {
  const wanted = conditions(only, header);
  const unwanted = conditions(except, header);
  if (wanted.length + unwanted.length === 0) return () => true;
  return (fields) => wanted.every((holds) => holds(fields)) && !unwanted.some((holds) => holds(fields));
}

function conditions(values: NonNullable<RowChoice['only']>, header: SourceHeader): ((fields: SourceFields) => boolean)[] {
  return Object.entries(values).map(([name, any]) => {
    const [place = -1] = placesOf({ from: name }, header, 'its rows') ?? [];
    const words = new Set([any].flat().map(folded));
    return (fields) => words.has(folded(fields[place] ?? ''));
  });
}

function folded(text: string): string {
  return text.trim().toLowerCase();
}

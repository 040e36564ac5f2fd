import type { z } from 'zod';

import { parsePlacedYaml, type Fault, type PlacedYaml } from '../../core/text/placed-yaml.ts';
import { entrySchemas, formsFileSchema } from './schema.ts';

/** An entry of a list that is right by itself, with its place in the list. */
export interface Entry<Value> {
  readonly value: Value;
  readonly place: number;
}

type List = keyof typeof entrySchemas;

/** The entries of the lists of forms.yaml that are right by themselves, and the faults of the others. */
export type Entries = { readonly [Name in List]: readonly Entry<z.output<(typeof entrySchemas)[Name]>>[] };

export interface ReadEntries {
  readonly yaml: PlacedYaml;
  readonly entries: Entries;
  readonly faults: readonly Fault[];
}

/** Reads the file and judges each entry by itself; an id that stands twice is a fault of the second. */
export function readEntries(text: string): ReadEntries {
  const yaml = parsePlacedYaml(text);
  const file = yaml.syntax.length > 0 ? undefined : formsFileSchema.safeParse(yaml.content);
  const faults: Fault[] = file?.success === false ? [...yaml.syntax, ...yaml.faultsOf(file.error, [])] : [...yaml.syntax];
  const entriesOf = (name: List): Entry<unknown>[] => {
    const seen = new Set<string>();
    return (file?.data?.[name] ?? []).flatMap((value, place) => {
      const checked = entrySchemas[name].safeParse(value);
      if (!checked.success) {
        faults.push(...yaml.faultsOf(checked.error, [name, place]));
        return [];
      }
      const id = typeof checked.data === 'string' ? checked.data : checked.data.id;
      if (seen.has(id)) faults.push(yaml.faultAt([name, place], `stands twice: ${id}`));
      else {
        seen.add(id);
        return [{ value: checked.data, place }];
      }
      return [];
    });
  };
  const names = Object.keys(entrySchemas) as List[];
  const entries = Object.fromEntries(names.map((name) => [name, entriesOf(name)])) as unknown as Entries;
  return { yaml, entries, faults };
}

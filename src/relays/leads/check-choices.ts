import { didYouMean } from '../../core/text/nearest.ts';
import type { Forms } from '../../leads/forms/forms.ts';
import { toldNames } from '../../leads/steps/relays.ts';
import type { Route } from '../destinations/destination.ts';

/**
 * What destinations choose of leads that forms.yaml does not have, and postbacks without a destination: sentences, each with
 * its place. Such a destination gets nothing, or a payload without a field.
 */
export function choiceFaults(destinations: readonly Route[], { forms, partners }: Pick<Forms, 'forms' | 'partners'>): string[] {
  const declared = {
    themes: forms.flatMap(({ theme }) => theme ?? []),
    products: forms.flatMap(({ product }) => product ?? []),
    partners: partners.map(({ id }) => id),
  };
  const fields = [...toldNames, ...forms.flatMap((form) => [...form.fields.keys()])];
  const chosen = destinations.flatMap(({ id, leads }) => [
    ...(['themes', 'products', 'partners'] as const).flatMap((key) => unknown(`${id}: leads.${key}`, leads?.[key] ?? [], declared[key], key === 'partners' ? 'no partner of forms.yaml has' : 'no form of forms.yaml has')),
    ...unknown(`${id}: leads.fields`, Object.values(leads?.fields ?? {}), fields, 'neither a form has nor hub knows'),
  ]);
  const orphans = partners.flatMap(({ id, postback }) =>
    postback === null || destinations.some((route) => route.id === postback.destination && route.kinds.has('conversion')) ? [] : [`the postback of ${id} names ${postback.destination}, which is no destination of conversions`],
  );
  return [...chosen, ...orphans];
}

function unknown(place: string, names: Iterable<string>, known: readonly string[], why: string): string[] {
  return [...names].filter((name) => !known.includes(name)).map((name) => `${place} names "${name}", which ${why}. ${didYouMean(name, known)}`.trim());
}

import { stringify } from 'yaml';

import type { SniffedStream } from '../../feeds/sniff/sniff.ts';
import { textTable } from '../table.ts';

const BY = { name: 'name', values: 'its values', key: 'the key' } as const;
const MOST_SHOWN = 24;

/** The entry of `feeds` that is proposed: what all streams have in common stands once. */
export function sniffedEntry(brand: string, streams: readonly SniffedStream[]): object {
  const [first] = streams;
  const wheres = [...new Set(streams.map(({ place }) => place.where))];
  const shares = wheres.length === 1 && (streams.length === 1 || wheres[0]?.includes('{entity}') === true);
  const common = Object.entries(first?.format ?? {}).filter(([key, value]) => streams.every(({ format }) => JSON.stringify(format[key]) === JSON.stringify(value)));
  const dates = commonDates(streams);
  const format: Readonly<Record<string, unknown>> = { ...Object.fromEntries(common.filter(([key]) => key !== 'dates')), ...(dates.length > 0 ? { dates } : {}) };
  return {
    brand,
    ...(shares ? { where: wheres[0] } : {}),
    ...(Object.keys(format).length > 0 ? { format } : {}),
    streams: Object.fromEntries(
      streams.map(({ entity, stream, place, format: own }) => {
        const differs: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(own).filter(([key]) => !Object.hasOwn(format, key)));
        return [entity, { ...(shares ? {} : { where: place.where }), ...(Object.keys(differs).length > 0 ? { format: differs } : {}), ...stream }];
      }),
    ),
  };
}

/** The patterns of all streams, the shortest first; none if the day stands before the month in some and behind it in others. */
function commonDates(streams: readonly SniffedStream[]): string[] {
  const all = [...new Set(streams.flatMap(({ format }) => (format['dates'] as readonly string[] | undefined) ?? []))];
  const orders = new Set(all.map((pattern) => /^[Md](?=[Md]?\/)/.exec(pattern)?.[0]).filter((order) => order !== undefined));
  return orders.size > 1 ? [] : all.sort((a, b) => a.length - b.length);
}

/** The entry as YAML, and before it as comments: which header is which column, with masked examples, and what stays open. */
export function sniffText(brand: string, streams: readonly SniffedStream[]): string {
  const told = streams.flatMap((stream) => [...tableOf(stream), '']);
  return [...['Append what follows to hub.config.yaml, then try it: hub feeds check', '', ...told].map((line) => `# ${line}`.trimEnd()), stringify({ feeds: [sniffedEntry(brand, streams)] }, { lineWidth: 0 }).trimEnd()].join('\n');
}

function tableOf({ entity, files, rows, matches, others, open }: SniffedStream): string[] {
  const table = textTable(
    [{ title: 'header', long: 'cut' }, { title: 'column' }, { title: 'told by' }, { title: 'values, masked', long: 'cut' }],
    matches.map(({ header, column, by, example }) => [header, column.name, BY[by], masked(example) ?? null]),
  );
  return [
    `${entity}: ${rows} rows of ${files.join(', ')}`,
    ...table.split('\n'),
    ...(others.length === 0 ? [] : [`kept in extra: ${others.map(({ header }) => header).join(', ')}`]),
    ...open.map((each) => `open: ${each}`),
  ];
}

/** The form of a value without what it says: letters are x, digits 9. */
export function masked(value: string | undefined): string | undefined {
  const form = value?.replace(/\p{Lu}/gu, 'X').replace(/\p{L}/gu, (letter) => (letter === 'X' ? 'X' : 'x')).replace(/\p{N}/gu, '9').replace(/\s+/g, ' ');
  return form === undefined || form.length <= MOST_SHOWN ? form : `${form.slice(0, MOST_SHOWN)}…`;
}

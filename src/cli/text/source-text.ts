import { headerOf, credentialsOf } from '../../sources/api/auth.ts';
import type { Extraction, Platform, Stream } from '../../sources/api/platform.ts';
import { formatDuration } from '../../core/text/counts.ts';
import type { Output } from '../command.ts';
import { textTable } from '../table.ts';

/** A platform as its definition has it. */
export function describePlatform(platform: Platform): Output {
  const { api, auth, budget, settings, streams, references } = platform;
  const json = {
    name: platform.name,
    version: { ...api.version },
    base_url: api.baseUrl(Object.fromEntries(Object.keys(settings).map((name) => [name, `<${name}>`]))),
    auth: { kind: auth.kind, header: headerOf(auth).name, credentials: credentialsOf(auth) },
    settings: Object.fromEntries(Object.entries(settings).map(([name, { meaning }]) => [name, meaning])),
    warnings: platform.warnings ?? {},
    budget: { endpoint: budget.endpointRate ?? null, concurrency: budget.concurrency, jobs: budget.jobs ?? null },
    streams: streams.map(({ name, summary, disposition, parent, deletions }) => ({ name, summary, disposition, parent: parent ?? null, deletions })),
    references,
  };
  const text = [
    `${platform.title}, version ${api.version.value} (released ${api.version.released}, read ${api.version.known})`,
    `address      ${json.base_url}`,
    `credentials  ${json.auth.credentials.join(', ')} (${auth.kind})`,
    ...Object.entries(json.settings).map(([name, meaning]) => `setting      ${name}: ${meaning}`),
    ...Object.entries(json.warnings).map(([word, meaning]) => `warning      ${word}: has ${meaning}`),
    '',
    textTable(['stream', 'rows', 'deletions', 'summary'].map((title) => ({ title, ...(title === 'summary' ? { long: 'wrap' as const } : {}) })), json.streams.map(({ name, disposition, deletions, summary }) => [name, disposition, deletions, summary])),
    '',
    'From:',
    ...references.map((reference) => `  ${reference}`),
  ];
  return { text: text.join('\n'), json };
}

/** A stream as its definition has it. */
export function describeStream(platform: Platform, name: string): Output {
  const stream = platform.streams.find((each) => each.name === name);
  if (stream === undefined) return { text: '', json: null };
  const json = { platform: platform.name, ...stream, extraction: stream.extraction === undefined ? null : extractionOf(stream.extraction) };
  const text = [
    `${platform.title} ${stream.name}: ${stream.summary}`,
    `key        ${stream.key.join(', ')}`,
    `rows       ${stream.disposition}; deletions: ${stream.deletions}`,
    `asked for  ${askedFor(stream)}`,
    '',
    textTable(
      ['field', 'kind', 'what it is'].map((title) => ({ title })),
      stream.fields.map(({ path, kind, required, personal, version, money }) => [path, kind, [required ? 'required' : '', version ? 'the newer counts' : '', personal ?? '', money === undefined ? '' : `money, ${money}`].filter((word) => word !== '').join(', ')]),
    ),
  ];
  return { text: text.join('\n'), json };
}

function extractionOf({ cursor, window, days, remembersMs, everyMs, wholeListing }: Extraction): object {
  const restated = days === undefined ? null : { step: days.step, smallest: days.smallest, restate_days: days.restateDays };
  return { cursor: cursor ?? null, window: window ?? null, days: restated, remembers_ms: remembersMs ?? null, every_ms: everyMs ?? null, whole_listing: wholeListing === true };
}

function askedFor({ parent, extraction }: Stream): string {
  if (extraction === undefined) return `with ${parent ?? 'another stream'}`;
  const { cursor, days, everyMs } = extraction;
  if (days !== undefined) return `by days of the account, ${days.step} at once; each is asked for again for ${days.restateDays} days`;
  if (cursor === undefined) return everyMs === undefined ? 'whole, in every run' : `whole, every ${formatDuration(everyMs)}`;
  return `by ${cursor.field}, ${cursor.bound}, ${formatDuration(cursor.overlapMs)} again each time`;
}

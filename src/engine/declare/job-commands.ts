import { compareText } from '../../core/compare.ts';
import { stages } from './stages.ts';

/** Those that do no stage. */
const OTHERS = [
  ...['extract', 'forget', 'keys-create', 'keys-revoke', 'leads-redecide', 'purge', 'quarantine-discard', 'quarantine-replay', 'relays-enqueue', 'secrets-remove', 'secrets-rotate', 'secrets-set', 'sources-state'],
  ...['suppressions-import', 'suppressions-remove', 'webhooks-discard', 'webhooks-replay'],
];

/** The commands that can be waited for, in the order of the day. */
export const upstreamCommands: readonly string[] = stages.flatMap(({ awaited, commands }) => (awaited ? commands : []));

/** Every command that is recorded as a run, by the name of its records; in the order of the day and then by name. */
export const jobCommands: readonly string[] = [
  ...new Set([...upstreamCommands, ...[...stages.flatMap(({ commands }) => commands), ...OTHERS].sort(compareText)]),
];

/** Those of whom somebody may be left out by a run that ended well for everybody else. */
export const commandsByPerson: ReadonlySet<string> = new Set(stages.flatMap(({ byPerson, commands }) => (byPerson ? commands : [])));

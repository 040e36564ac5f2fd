import type { Problem } from '../../core/problem.ts';
import type { JobOutcome, JobSpec } from '../runs/job.ts';
import { undecidableReport } from '../runs/undecidable.ts';
import type { PersonRequest } from './person-selection.ts';
import type { PersonTally } from './person-tally.ts';

/** The job of a run over persons, as it is recorded and reported. @param asOf if it decides by a date @param mode its own options */
export function personJob(
  command: string,
  { allBrands, brands, accounts, range, shard, dryRun }: PersonRequest & { readonly shard: { readonly label: string }; readonly dryRun: boolean },
  { asOf, mode }: { readonly asOf?: string; readonly mode: Readonly<Record<string, unknown>> },
): JobSpec {
  const chosen = { accounts: accounts ?? null, from: range?.from ?? null, to: range?.to ?? null, shard: shard.label };
  return { command, brands: allBrands, shard: shard.label, dryRun, params: { brands, ...(asOf === undefined ? {} : { as_of: asOf }), ...chosen, ...mode } };
}

/** What a stage reports beside what all do: totals after the counts of records, totals at the end, and problems. */
interface OwnReport {
  readonly written?: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly problems?: readonly Problem[];
}

/**
 * What a run over persons did, as its report holds it.
 * @param whole why everybody was taken up, if so
 * @param compared whether what is stored was compared by its columns
 */
export function personOutcome(tally: PersonTally, { whole, compared }: { readonly whole: string | undefined; readonly compared: boolean }, { written, more, problems = [] }: OwnReport = {}): JobOutcome {
  const undecidable = undecidableReport(tally.undecidable);
  return {
    status: undecidable.status,
    totals: {
      persons: tally.persons,
      ...undecidable.totals,
      test_accounts_left_out: tally.testAccounts,
      ...tally.sum,
      ...written,
      ...(compared ? { mended: tally.mended } : {}),
      changed_fields: tally.changedFields,
      taken_up_whole: whole ?? null,
      ...more,
    },
    items: tally.items,
    problems: [...undecidable.problems, ...problems],
  };
}

import type { Config } from '../../config.ts';
import type { Context } from '../../context.ts';
import { HubError } from '../../core/errors.ts';
import { jobOutput } from '../../cli/text/job-output.ts';
import type { Command } from '../../cli/command.ts';
import { choice } from '../../cli/flag.ts';
import { brandsOf, dataFlags } from '../../cli/options.ts';
import { requireIdKey } from '../../cli/orders-options.ts';
import type { Locate } from '../../leads/steps/geo.ts';

const flags = {
  brand: dataFlags.brand,
  kind: choice('--kind <kind>', 'what to import', ['lead']).or('lead'),
  dryRun: dataFlags.dryRun,
  progress: dataFlags.progress,
};

/** Imports what hub serve has taken. */
export const importIntake: Command = {
  name: 'import-intake',
  summary: 'import the leads that hub serve has taken, and bring their contacts up to date',
  description:
    'Reads every batch of the intake (HUB_INTAKE_URL) that the history does not have, judges each new lead once by the forms ' +
    'and rules of today, and folds the contacts of their persons, also for unsubscriptions that came since. A batch is stored ' +
    'as a whole or not at all; lines that are no leads go to quarantine.',
  options: Object.values(flags),
  examples: ['hub import-intake', 'hub import-intake --brand alpina --dry-run'],
  async run(context, options) {
    const brands = brandsOf(options, context.config);
    const dryRun = flags.dryRun.of(options);
    const folder = intakeFolder(context.config);
    const { requireSound } = await import('../../leads/forms/forms.ts');
    const [forms, rules] = [requireSound(await context.forms(requireIdKey(context.config))), await context.rules()];
    const database = await context.database({ dryRun });
    const { importIntake: run } = await import('../../leads/intake/run-import-intake.ts');
    const leads = { forms, rules, resubmitMs: context.config.serve.resubmit * 1_000, brands: context.config.brands.map(({ id }) => id), locate: await locator(context) };
    return jobOutput(await run({ ...context, database }, { brands, dryRun, folder }, leads));
  },
};

/** Looks addresses up in the geo file, if there is one; one that cannot be read is a warning, and no lead is lost. */
async function locator({ config, logger }: Context): Promise<Locate | undefined> {
  if (config.geoCityFile === undefined) return undefined;
  const { openGeoFile } = await import('../../leads/intake/geo-file.client.ts');
  try {
    return (await openGeoFile(config.geoCityFile)).locate;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    logger.warn(error.message, { code: error.code, next: error.nextStep });
    return undefined;
  }
}

/**
 * The folder that the server publishes to.
 * @throws HubError configuration if it is no folder
 */
function intakeFolder(config: Config): string {
  const { intakeUrl } = config.server();
  if (intakeUrl.startsWith('file:')) return intakeUrl.slice('file:'.length);
  throw new HubError('configuration', 'intake_unreadable', 'HUB_INTAKE_URL names a bucket, and import-intake reads folders only.', { nextStep: 'Set HUB_INTAKE_URL=file:<folder>.' });
}

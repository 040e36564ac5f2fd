import { applyRecords } from '../../engine/records/records.repository.ts';
import { fitModels, ModelInputs } from '../models/fit-models.ts';
import { livesOf, personsAfter, readLives } from '../models/lives.repository.ts';
import { modelDay } from '../models/model-day.ts';
import { nextPersons } from '../models/next-persons.ts';
import { predict } from '../models/predict.ts';
import { readBrandModels } from '../models/stored-models.repository.ts';
import { noteAllPredictions, notePartitions } from '../partitions/partitions.repository.ts';
import { WHOLE } from '../partitions/partitions.ts';
import { customerPredictions, metricModels } from '../records/prediction-tables.ts';
import type { Sums, SumsTarget } from './sums-target.ts';

/** Persons whose predictions are made in one transaction. */
const PERSONS_AT_ONCE = 1_000;

/** Fits the models of a brand anew and notes that what they predict is to be made anew. */
export async function models({ target, counts }: SumsTarget, { brand, asOf }: Pick<Sums, 'brand' | 'asOf'>): Promise<void> {
  const day = modelDay(asOf);
  const inputs = new ModelInputs();
  for await (const lives of readLives(target, brand, day)) for (const life of lives) inputs.add(life);
  counts.add(brand, metricModels.name, await applyRecords(target, metricModels, { brand, keys: 'all' }, fitModels(brand, day, inputs)));
  await noteAllPredictions(target, brand);
}

/** Makes the predictions of the persons after one of them, of those too who have some and are no customers, and notes whom it came to. */
export async function predictions({ target, counts }: SumsTarget, { brand, periods, asOf, horizonMonths }: Sums): Promise<void> {
  const [period = WHOLE] = periods;
  const after = period === WHOLE ? '' : period;
  const listOf = (table: 'metric_customers' | 'customer_predictions'): Promise<string[]> => personsAfter(target, table, brand, after, PERSONS_AT_ONCE);
  const { persons, isLast } = nextPersons([await listOf('metric_customers'), await listOf('customer_predictions')], PERSONS_AT_ONCE);
  const day = modelDay(asOf);
  const brandModels = await readBrandModels(target, brand, day);
  const lives = await livesOf(target, brand, persons, day);
  const records = lives.flatMap((life) => predict(life, brandModels, horizonMonths));
  counts.add(brand, customerPredictions.name, await applyRecords(target, customerPredictions, { brand, keys: persons }, records));
  const last = persons.at(-1);
  if (!isLast && last !== undefined) await notePartitions(target, [{ kind: 'predictions', brand, period: last }]);
}

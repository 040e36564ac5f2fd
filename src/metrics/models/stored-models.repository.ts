import type { LocalDate } from '../../core/time.ts';
import { textOf } from '../../db/dialect.ts';
import type { BgNbdParameters } from '../prediction/bg-nbd.ts';
import type { GammaGammaParameters } from '../prediction/gamma-gamma.ts';
import type { SbgParameters } from '../prediction/sbg.ts';
import type { LivesSource } from './lives.repository.ts';
import type { BrandModels } from './predict.ts';

/** The stored models of a brand that were not refused. */
export async function readBrandModels({ database, tx }: LivesSource, brand: string, day: LocalDate): Promise<BrandModels> {
  const rows = await database.dialect.selectRows(tx, 'select model, segment, currency, model_id, parameters, observed_from from metric_models where brand = ? and refused is null and as_of = ?', [brand, day]);
  const models = rows.map(([model, segment, currency, modelId, parameters, from]) => ({
    ...{ model: String(model), segment: String(segment), currency: String(currency), modelId: String(modelId) },
    ...{ parameters: JSON.parse(String(parameters)) as unknown, observedFrom: (textOf(from) ?? day) as LocalDate },
  }));
  const amounts = new Map(models.filter(({ model }) => model === 'gamma_gamma').map(({ currency, parameters }) => [currency, parameters as GammaGammaParameters]));
  return {
    brand,
    day,
    contracts: new Map(models.filter(({ model }) => model === 'sbg').map(({ segment, modelId, parameters }) => [Number(segment), { modelId, parameters: parameters as SbgParameters }])),
    buyers: new Map(
      models
        .filter(({ model }) => model === 'bgnbd')
        .map(({ currency, modelId, parameters, observedFrom }) => [currency, { modelId, observedFrom, parameters: parameters as BgNbdParameters, amounts: amounts.get(currency) }]),
    ),
  };
}

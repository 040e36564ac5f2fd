import { groupBy } from '../../core/group-by.ts';
import type { LocalDate } from '../../core/time.ts';
import { textOf, type StoredValues } from '../../db/dialect.ts';
import type { ActiveSegment } from './active-days.ts';
import type { DayRange } from './calendar.ts';
import type { MovementSum } from './mrr-days.ts';
import type { AggregateSource } from './read-aggregates.repository.ts';

const PERSONS_PER_QUERY = 500;

/** The movements of a brand, or of GROUP, added up by day, currency and kind, up to the day before `to`. */
export async function readMovementSums({ database, tx }: AggregateSource, brand: string, to: LocalDate): Promise<MovementSum[]> {
  const columns = 'movement_date, currency, kind, is_replacement';
  const rows = await database.dialect.selectRows(
    tx,
    `select ${columns}, sum(amount), count(*) from mrr_movements where brand = ? and movement_date < ? group by ${columns}`,
    [brand, to],
  );
  return rows.map(([day, currency, kind, isReplacement, amount, customers]) => ({
    ...{ day: String(day) as LocalDate, currency: String(currency), kind: String(kind) as MovementSum['kind'] },
    ...{ isReplacement: Number(isReplacement) === 1, amount: Number(amount), customers: Number(customers) },
  }));
}

/** The active segments of a brand that touch the range: a person at a time. */
export async function* readActivePersons({ database, tx }: AggregateSource, brand: string, { from, to }: DayRange): AsyncGenerator<readonly ActiveSegment[], void> {
  const inScope = "state = 'active' and from_date < ? and (to_date is null or to_date > ?) and brand = ?";
  const bounds = [to, from, brand];
  for (let last = ''; ; ) {
    const persons = await database.dialect.selectRows(
      tx,
      `select distinct person_id from subscription_mrr where person_id > ? and ${inScope} order by person_id limit ${PERSONS_PER_QUERY}`,
      [last, ...bounds],
    );
    if (persons.length === 0) return;
    const ids = persons.map(([personId]) => String(personId));
    last = ids.at(-1) ?? last;
    const segments = await database.dialect.selectRows(
      tx,
      `select person_id, from_date, to_date, market, class from subscription_mrr where person_id in (${ids.map(() => '?').join(',')}) and ${inScope}`,
      [...ids, ...bounds],
    );
    for (const own of groupBy(segments, ([personId]) => String(personId)).values()) yield own.map(segmentOf);
  }
}

function segmentOf([, from, to, market, subscriptionClass]: StoredValues): ActiveSegment {
  return { from: String(from) as LocalDate, to: textOf(to) as LocalDate | null, market: textOf(market), class: textOf(subscriptionClass) };
}

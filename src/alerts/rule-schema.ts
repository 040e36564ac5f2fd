import { z } from 'zod';

import { severities } from '../relays/notices/notice.ts';

const scalar = z.union([z.string(), z.number(), z.null()]);
const condition = z.union([scalar, z.array(scalar).min(1), z.strictObject({ not: z.union([scalar, z.array(scalar).min(1)]) })]);
const where = z.record(z.string(), condition);
const metricName = z.string().regex(/^[a-z_]+\.[a-z_0-9]+$/, 'must be a table and a column: metric_stock.available');
const operand = z.union([metricName, z.strictObject({ column: metricName, where })]);
const threshold = z.union([z.number(), z.string().min(1)]);
const percent = z.number();

const when = z.union([
  z.strictObject({ above: threshold }),
  z.strictObject({ below: threshold }),
  z.strictObject({ at_least: threshold }),
  z.strictObject({ at_most: threshold }),
  z.strictObject({ change: z.strictObject({ against: z.enum(['previous', 'same_weekday_median_4']), percent_below: percent.optional(), percent_above: percent.optional() }) }),
]);

const example = z.array(z.record(z.string(), scalar)).min(1);

/** A rule as it is written; what it names is checked behind it. */
export const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,47}$/, 'must be 1 to 48 lower-case letters, digits or dashes'),
  title: z.string().min(1).max(120),
  severity: z.enum(severities),
  metric: z.union([metricName, z.strictObject({ ratio: z.tuple([operand, operand]) })]),
  where: where.default({}),
  per: z.array(z.string()).min(1).default(['brand']),
  over: z.enum(['latest', 'day', 'week', '7d']).default('latest'),
  when,
  min_base: z.number().positive().optional(),
  cooldown: z.string().regex(/^\d{1,4}(m|h|d)$/, 'must be a number with a unit: 24h, 7d').default('24h'),
  resolved: z.boolean().default(false),
  brands: z.array(z.string()).min(1).optional(),
  examples: z.strictObject({ fires: example, stays: example }).optional(),
});

export const alertsSchema = z.strictObject({ alerts: z.array(ruleSchema) });

export type RuleSpec = z.infer<typeof ruleSchema>;
export type WhereSpec = z.infer<typeof where>;
export type OperandSpec = z.infer<typeof operand>;

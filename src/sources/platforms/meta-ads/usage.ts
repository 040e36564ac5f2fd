import type { ApiAnswer } from '../../api/answer.ts';
import { percentWait } from '../../api/budget.ts';
import { JsonValue } from '../../api/json/json.ts';

/** Shares of a limit in percent, in the headers of every answer. */
const PERCENTS = ['call_count', 'total_cputime', 'total_time', 'app_id_util_pct', 'acc_id_util_pct'];
const HEADERS = ['x-app-usage', 'x-ad-account-usage', 'x-fb-ads-insights-throttle'];
const BY_USE_CASE = 'x-business-use-case-usage';
const MINUTE_MS = 60_000;

/** The milliseconds that the usage in an answer's headers asks to wait; undefined if there is room. */
export function usageWait({ headers }: ApiAnswer): number | undefined {
  const uses = [...HEADERS.flatMap((name) => read(headers[name])), ...useCases(headers[BY_USE_CASE])];
  const numbers = (name: string): number[] => uses.map((use) => Number(use.scalarAt(name) ?? 0));
  const percent = Math.max(0, ...PERCENTS.flatMap(numbers));
  const minutes = Math.max(0, ...numbers('estimated_time_to_regain_access'));
  return percentWait(percent, minutes === 0 ? undefined : minutes * MINUTE_MS);
}

/** By the id of the account or business, a list with an entry for each kind of use. */
function useCases(header: string | undefined): JsonValue[] {
  return read(header).flatMap((all) => [...all.members()].flatMap(([, list]) => [...list.items()]));
}

function read(header: string | undefined): JsonValue[] {
  const value = header === undefined ? undefined : JsonValue.read(header);
  return value === undefined ? [] : [value];
}

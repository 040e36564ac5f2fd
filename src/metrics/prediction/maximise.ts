import { nelderMead, type Minimum } from './nelder-mead.ts';

/** Parameters of a model, all above 0, with the log-likelihood that they give the rows. */
export interface Fit<Name extends string> {
  readonly parameters: Readonly<Record<Name, number>>;
  readonly logLikelihood: number;
}

/** Parameters lie between e^−12 and e^12: beyond that the likelihood no longer tells them apart. */
const MOST_LOG = 12;
/** How far the three starts are from one another, as factors of the first. */
const START_FACTORS = [1, 0.2, 5];
const MOST_ROUNDS = 10;
const SMALLEST_GAIN = 1e-9;

/**
 * Maximum likelihood of parameters above 0, searched for in their logarithms from three starts; undefined if none of
 * them converges.
 */
export function maximise<Name extends string>(logLikelihood: (parameters: Readonly<Record<Name, number>>) => number, start: Readonly<Record<Name, number>>): Fit<Name> | undefined {
  const names = Object.keys(start) as Name[];
  const parametersOf = (logs: readonly number[]) => Object.fromEntries(names.map((name, index) => [name, Math.exp(logs[index] ?? 0)])) as Record<Name, number>;
  const loss = (logs: readonly number[]): number => {
    if (logs.some((log) => Math.abs(log) > MOST_LOG)) return Infinity;
    const value = -logLikelihood(parametersOf(logs));
    return Number.isNaN(value) ? Infinity : value;
  };
  const starts = START_FACTORS.map((factor) => nelderMead(loss, names.map((name) => Math.log(start[name] * factor))));
  const found = starts.filter(({ converged, value }) => converged && Number.isFinite(value)).sort((a, b) => a.value - b.value)[0];
  if (found === undefined) return undefined;
  const { point, value } = refined(loss, found);
  return { parameters: parametersOf(point), logLikelihood: -value };
}

/** Begun anew where it rests, until that gains nothing more. */
function refined(loss: (logs: readonly number[]) => number, found: Minimum): Minimum {
  for (let [round, best] = [0, found]; ; round++) {
    const next = nelderMead(loss, best.point);
    if (round === MOST_ROUNDS || best.value - next.value <= SMALLEST_GAIN * (1 + Math.abs(next.value))) return next.value < best.value ? next : best;
    best = next;
  }
}

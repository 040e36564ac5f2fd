/** A point with the value of the function there. */
interface Vertex {
  readonly point: readonly number[];
  readonly value: number;
}

/** The least value that was found; converged if the search came to rest before its steps ran out. */
export interface Minimum extends Vertex {
  readonly converged: boolean;
}

const MOST_STEPS = 2_000;
const FIRST_STEP = 0.5;
const SMALLEST_SPREAD = 1e-10;
const SMALLEST_SIMPLEX = 1e-6;

/**
 * The minimum of a function near a start, by the simplex of Nelder and Mead (1965). Infinity stands for a point that may
 * not be. A simplex can come to rest beside the minimum: begun anew where it rests, it goes on.
 */
export function nelderMead(value: (point: readonly number[]) => number, start: readonly number[]): Minimum {
  const at = (point: readonly number[]): Vertex => ({ point, value: value(point) });
  let simplex = [at(start), ...start.map((_own, index) => at(start.map((own, other) => (other === index ? own + FIRST_STEP : own))))].sort(byValue);
  for (let step = 0; step < MOST_STEPS; step++) {
    const [best, worst] = [first(simplex), last(simplex)];
    if (isAtRest(simplex)) return { ...best, converged: true };
    const others = simplex.slice(0, -1);
    const centre = start.map((_own, index) => others.reduce((sum, { point }) => sum + coordinate(point, index), 0) / others.length);
    const towards = (factor: number): Vertex => at(centre.map((own, index) => own + factor * (coordinate(worst.point, index) - own)));
    const next = improved(towards, best, last(others), worst);
    simplex = (next === undefined ? simplex.map((vertex) => (vertex === best ? vertex : at(halfway(best.point, vertex.point)))) : [...others, next]).sort(byValue);
  }
  return { ...first(simplex), converged: false };
}

/** The vertex that takes the place of the worst one; undefined if the simplex has to shrink. */
function improved(towards: (factor: number) => Vertex, best: Vertex, second: Vertex, worst: Vertex): Vertex | undefined {
  const reflected = towards(-1);
  if (reflected.value < best.value) {
    const expanded = towards(-2);
    return expanded.value < reflected.value ? expanded : reflected;
  }
  if (reflected.value < second.value) return reflected;
  const contracted = towards(reflected.value < worst.value ? -0.5 : 0.5);
  return contracted.value < Math.min(reflected.value, worst.value) ? contracted : undefined;
}

function isAtRest(simplex: readonly Vertex[]): boolean {
  const [best, worst] = [first(simplex), last(simplex)];
  const isFlat = worst.value - best.value <= SMALLEST_SPREAD * (1 + Math.abs(best.value));
  return isFlat && simplex.every(({ point }) => point.every((own, index) => Math.abs(own - coordinate(best.point, index)) <= SMALLEST_SIMPLEX * (1 + Math.abs(own))));
}

function halfway(from: readonly number[], to: readonly number[]): number[] {
  return from.map((own, index) => (own + coordinate(to, index)) / 2);
}

function byValue(a: Vertex, b: Vertex): number {
  return a.value === b.value ? 0 : a.value < b.value ? -1 : 1;
}

function first(simplex: readonly Vertex[]): Vertex {
  return simplex[0] as Vertex;
}

function last(simplex: readonly Vertex[]): Vertex {
  return simplex[simplex.length - 1] as Vertex;
}

function coordinate(point: readonly number[], index: number): number {
  return point[index] as number;
}

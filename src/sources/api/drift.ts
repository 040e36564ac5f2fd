import { canBe, type Field, type FieldKind } from './fields.ts';
import type { JsonValue } from './json/json.ts';

/** How the records of a batch differ from their definition: paths with the number of records. */
export interface Drift {
  readonly unknown: Readonly<Record<string, number>>;
  /** Of a path that no record has, the number of all records. */
  readonly lost: Readonly<Record<string, number>>;
  readonly changed: Readonly<Record<string, number>>;
}

/** A name that the definition knows, with the names below it. */
interface KnownName {
  readonly path: string;
  readonly below: Map<string, KnownName>;
  kind: FieldKind | undefined;
  /** Everything below it is known, too. */
  whole: boolean;
  seen: number;
}

/** Counts what a definition does not know; a path is told once, not all that lies below it. */
export class DriftCounter {
  readonly #root: KnownName = knownName('');
  readonly #fields: readonly Field[];
  readonly #unknown = new Map<string, number>();
  readonly #changed = new Map<string, number>();
  #records = 0;

  /**
   * @param fields that hub reads
   * @param ignored paths that are known and not read, with everything below them
   */
  constructor(fields: readonly Field[], ignored: readonly string[]) {
    this.#fields = fields;
    for (const { path, kind } of fields) this.#know(path).kind = kind;
    for (const path of ignored) this.#know(path).whole = true;
  }

  see(record: JsonValue): void {
    this.#records++;
    this.#walk(record, this.#root);
  }

  get result(): Drift {
    const lost = this.#fields.filter(({ path }) => this.#records > 0 && this.#know(path).seen === 0).map(({ path }) => [path, this.#records] as const);
    return { unknown: sorted(this.#unknown), lost: sorted(new Map(lost)), changed: sorted(this.#changed) };
  }

  #walk(value: JsonValue, known: KnownName): void {
    if (value.kind === 'array') for (const item of value.items()) this.#walk(item, known);
    for (const [name, member] of value.members()) {
      const below = known.below.get(name);
      if (below === undefined) count(this.#unknown, known.path === '' ? name : `${known.path}.${name}`);
      else {
        below.seen++;
        if (below.whole) continue;
        if (below.kind !== undefined && below.below.size === 0 && !canBe(below.kind, member.kind)) count(this.#changed, below.path);
        else if (below.below.size > 0) this.#walk(member, below);
      }
    }
  }

  #know(path: string): KnownName {
    let known = this.#root;
    for (const name of path.split('.')) {
      const next = known.below.get(name) ?? knownName(known.path === '' ? name : `${known.path}.${name}`);
      known.below.set(name, next);
      known = next;
    }
    return known;
  }
}

function knownName(path: string): KnownName {
  return { path, below: new Map(), kind: undefined, whole: false, seen: 0 };
}

function count(counts: Map<string, number>, path: string): void {
  counts.set(path, (counts.get(path) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What a report counts of what was decided: by brand, fact and value, with the texts that no rule matches. */
export class Notes {
  /** Records by brand, fact and value. */
  readonly counts = new Map<string, number>();
  /** Texts of plans and charges without a class, by brand, fact and text; bounded. */
  readonly unclassified = new Map<string, number>();
  /** References to records that are not there, by entity and column. */
  readonly orphans = new Map<string, number>();
  /** Broken chains by kind. */
  readonly chainIssues = new Map<string, number>();
  unreadableAmounts = 0;

  classified(brand: string, fact: string, value: string, text: string | null): void {
    add(this.counts, `${brand}\t${fact}\t${value}`);
    if (value !== 'unclassified' || text === null) return;
    const key = `${brand}\t${fact}\t${text.slice(0, MAX_TEXT).replaceAll('\t', ' ')}`;
    if (this.unclassified.has(key) || this.unclassified.size < MAX_TEXTS) add(this.unclassified, key);
  }

  count(brand: string, fact: string, value: string): void {
    add(this.counts, `${brand}\t${fact}\t${value}`);
  }

  orphan(entity: string, column: string, count = 1): void {
    if (count > 0) add(this.orphans, `${entity}.${column}`, count);
  }

  chainIssue(kind: string): void {
    add(this.chainIssues, kind);
  }

  /** Takes in what was counted elsewhere. */
  merge(other: Notes): void {
    for (const [key, count] of other.counts) add(this.counts, key, count);
    for (const [key, count] of other.unclassified) {
      if (this.unclassified.has(key) || this.unclassified.size < MAX_TEXTS) add(this.unclassified, key, count);
    }
    for (const [key, count] of other.orphans) add(this.orphans, key, count);
    for (const [key, count] of other.chainIssues) add(this.chainIssues, key, count);
    this.unreadableAmounts += other.unreadableAmounts;
  }
}

const MAX_TEXTS = 5_000;
const MAX_TEXT = 120;

function add(map: Map<string, number>, key: string, count = 1): void {
  map.set(key, (map.get(key) ?? 0) + count);
}

/** The columns, rows and forms of a stream, as a configuration writes them. */
export interface ProfileStream {
  /** What its files are called: {entity} of the path. */
  readonly file: string;
  readonly only?: Readonly<Record<string, string | readonly string[]>>;
  readonly except?: Readonly<Record<string, string | readonly string[]>>;
  readonly each?: string;
  /** By hub's column. A header that has hub's name of a column need not be here. */
  readonly columns: Readonly<Record<string, ProfileColumn>>;
  /** Names and addresses beside what the stream is about: they are not kept there. */
  readonly without?: readonly string[];
}

/** A header, or more about the values of a column. */
export type ProfileColumn =
  | string
  | { readonly value: string }
  | { readonly from: string | readonly string[]; readonly with?: string; readonly values?: Readonly<Record<string, string>>; readonly sign?: 'absolute'; readonly unit?: 'minor'; readonly currency_from?: string };

/** How a billing system exports, as its documentation says: the mapping of its files to hub's entities. */
export interface Profile {
  readonly title: string;
  /** The pages that say so, and when they were read. */
  readonly sources: readonly { readonly url: string; readonly read: string }[];
  readonly format: Readonly<Record<string, unknown>>;
  readonly keep?: 'snapshot';
  /** What an entry must say, as no export has it. */
  readonly yours: readonly string[];
  readonly streams: Readonly<Record<string, ProfileStream>>;
}

import type { Context } from '../../context.ts';

/** What a check found. */
export interface Finding {
  readonly found: string;
  /** Set if the commands work, but not as well or as safely as they could: what to do about it. */
  readonly advice?: string | undefined;
}

/** One thing that `hub doctor` looks at. A new one is a file here and a line in index.ts. */
export interface Check {
  readonly name: string;
  /** Checks without whose success this one says nothing; it is skipped then. */
  readonly needs?: readonly string[];
  /**
   * Looks, and changes nothing that stays.
   * @throws HubError if commands cannot work, with what to do as its next step
   */
  run(context: Context): Promise<Finding>;
}

/** What is known of a person at export, as the contact has it. It never leaves the hub but through a platform's row. */
export interface Addressee {
  /** Trimmed, lower-case, valid. */
  readonly email: string;
  readonly phone: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly country: string | null;
  readonly postalCode: string | null;
}

/** One line of a platform's file. */
export interface PlatformRow {
  /** The hashed columns, in the order of the header, with commas. The first is the address. */
  readonly hashes: string;
  /** The whole line, without its end. */
  readonly line: string;
  /** True if the address of another person can come to the same hash. */
  readonly shared: boolean;
}

/** Which consent a platform needs: `marketing` for those that advertise, none for a file that stays with the group. */
export type PlatformNeed = 'marketing' | 'none';

/** An advertising platform, or a plain file. */
export interface Platform {
  readonly name: string;
  readonly header: readonly string[];
  /** The first columns are hashed, this many; the others are not. */
  readonly hashedColumns: number;
  /** A list with fewer persons is not used by the platform. */
  readonly minimumSize: number;
  readonly needs: PlatformNeed;
  /** True: it takes several spellings of a mailbox for one address, so the objection of one holds for all. */
  readonly foldsAddresses: boolean;
  /** True: it forgets its members after a time, so they are named again before. */
  readonly forgetsMembers: boolean;
  /** Undefined if the address cannot be given to this platform. */
  row(addressee: Addressee): PlatformRow | undefined;
}

/** The line that takes off the platform who was given to it with these hashes; what is not hashed is not kept. */
export function removalLine(platform: Platform, hashes: string): string {
  return hashes + ','.repeat(platform.header.length - platform.hashedColumns);
}

import type { Instant, LocalDate } from '../../core/time.ts';
import type { Permission, Role } from './roles.ts';

/** A key as it is stored: everything but the key itself. */
export interface ApiKey {
  /** 8 characters of base32; tells which key it is, and proves nothing. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the secret in hex. The secret has 256 random bits, so its hash needs no salt and no work factor. */
  readonly secretSha256: string;
  readonly role: Role;
  readonly permissions: readonly Permission[];
  /** Null: all brands, also those that come later. */
  readonly brands: readonly string[] | null;
  /** Null: all feeds, also those that come later. */
  readonly feeds: readonly string[] | null;
  /** Whether it may stand in a URL (`?key=`), for programs that can send no header. */
  readonly mayBeInUrl: boolean;
  readonly createdAt: Instant;
  /** Null: never. */
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  /** The UTC day on which it was last used. */
  readonly lastUsedOn: LocalDate | null;
}

/** Who asks, once a key has proved it: what the key may do. */
export type KeyHolder = Pick<ApiKey, 'id' | 'permissions' | 'brands' | 'feeds'>;

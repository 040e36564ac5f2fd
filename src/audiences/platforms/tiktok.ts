import { sha256Hex } from '../../core/hash.ts';
import type { Platform } from './platform.ts';

/** TikTok custom audiences (customer file): the hashed address alone. */
export const tiktok: Platform = {
  name: 'tiktok',
  header: ['email_sha256'],
  hashedColumns: 1,
  minimumSize: 1_000,
  needs: 'marketing',
  foldsAddresses: false,
  forgetsMembers: false,
  row({ email }) {
    const hash = sha256Hex(email);
    return { hashes: hash, line: hash, shared: false };
  },
};

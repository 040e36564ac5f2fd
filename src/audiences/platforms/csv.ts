import { md5Hex, sha256Hex } from '../../core/hash.ts';
import type { Platform } from './platform.ts';

/** A file for anything else that matches by hash, inside the group too. */
export const csv: Platform = {
  name: 'csv',
  header: ['sha256', 'md5'],
  hashedColumns: 2,
  minimumSize: 0,
  needs: 'none',
  foldsAddresses: false,
  forgetsMembers: false,
  row({ email }) {
    const hashes = `${sha256Hex(email)},${md5Hex(email)}`;
    return { hashes, line: hashes, shared: false };
  },
};

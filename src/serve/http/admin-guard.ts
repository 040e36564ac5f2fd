import { timingSafeEqual } from 'node:crypto';

import type { FastifyRequest } from 'fastify';

import { sha256Bytes } from '../../core/hash.ts';
import type { KeyHolder } from '../keys/api-key.ts';
import { permissions } from '../keys/roles.ts';

/** Hosts that only this machine reaches. */
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i;

const THIS_MACHINE: KeyHolder = { id: 'this machine', permissions, brands: null, feeds: null };
/** Whoever has the key of the process: what tells of it, and no data. */
const OF_PROCESS: KeyHolder = { id: 'process', permissions: ['health', 'runs'], brands: null, feeds: null };

/** True if anybody but this machine may reach the listener: then it shows what it knows to a key only. */
export function needsKey(host: string): boolean {
  return !LOOPBACK.test(host);
}

/**
 * Who may ask the listener of the administration without a key of hub keys: everybody where only this machine reaches it,
 * elsewhere who shows the key of the process as a Bearer token, which needs no database (serve specification, "Health").
 * @param processKey HUB_SERVE_ADMIN_KEY; undefined: nobody has it
 */
export function adminHolder(host: string, processKey: string | undefined): (request: FastifyRequest) => KeyHolder | undefined {
  if (!needsKey(host)) return () => THIS_MACHINE;
  const wanted = processKey === undefined ? undefined : sha256Bytes(processKey);
  return ({ headers }) => {
    const [, token = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    return wanted !== undefined && timingSafeEqual(sha256Bytes(token), wanted) ? OF_PROCESS : undefined;
  };
}

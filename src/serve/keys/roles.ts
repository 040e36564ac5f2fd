/** What somebody with a key may ask for; each route needs one of them. */
export const permissions = ['feeds', 'runs', 'health', 'orders', 'leads', 'events', 'consents', 'webhooks'] as const;
export type Permission = (typeof permissions)[number];

/** What a key is made for (serve specification, "Keys and limits"). */
export const roles = ['reader', 'ingest', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

const READER = ['feeds', 'runs', 'health'] as const;

const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  reader: READER,
  ingest: ['orders', 'leads', 'events', 'consents'],
  operator: [...READER, 'webhooks'],
  admin: permissions,
};

/** The permissions of a role, as they are stored with a key when it is made: a role that changes changes no key. */
export function permissionsOf(role: Role): readonly Permission[] {
  return GRANTS[role];
}

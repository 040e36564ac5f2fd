import { chargebee } from './chargebee.ts';
import type { Profile } from './profile.ts';
import { recurly } from './recurly.ts';
import { zuoraAqua } from './zuora-aqua.ts';
import { zuoraDatasource } from './zuora-datasource.ts';

/** The profiles that an entry of `feeds` can build on, by name. */
export const profiles: ReadonlyMap<string, Profile> = new Map(Object.entries({ 'zuora-datasource': zuoraDatasource, 'zuora-aqua': zuoraAqua, chargebee, recurly }));

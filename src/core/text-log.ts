export type { Slabs } from './line-log.ts';

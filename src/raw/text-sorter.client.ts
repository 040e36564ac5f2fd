export type { Room } from './line-sorter.client.ts';

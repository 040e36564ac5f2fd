/** The commands of a day, in their order; each runs as a process of its own. */
export const stages: readonly (readonly [command: string, ...options: string[]])[] = [['import-billing'], ['enrich'], ['assemble-orders'], ['attribute-refunds']];

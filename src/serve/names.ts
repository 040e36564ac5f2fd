/** The parts of the server that can run alone (serve specification). */
export const serveParts = ['leads', 'webhooks', 'events', 'feeds'] as const;
export type ServePart = (typeof serveParts)[number];

/** The variables that say where a server listens, journals and publishes. */
export const serverVariables = ['HUB_SERVE_LISTEN', 'HUB_SERVE_ADMIN', 'HUB_SERVE_ADMIN_KEY', 'HUB_JOURNAL', 'HUB_INTAKE_URL', 'HUB_WRITER'] as const;

import type { Command } from '../../cli/command.ts';

/** Prints what hub serve takes and answers. */
export const openapi: Command = {
  name: 'openapi',
  summary: 'print the OpenAPI document of hub serve',
  description: 'The document that a server answers at /openapi.json, whatever parts it runs: made of the schemas that its routes are held to.',
  examples: ['hub openapi > hub.openapi.json'],
  async run(context) {
    const { openApiDocument } = await import('../../serve/openapi/document.ts');
    const { routeSpecs } = await import('../../serve/openapi/specs.ts');
    const document = openApiDocument(routeSpecs, context.version);
    return { text: JSON.stringify(document, null, 2), json: document };
  },
};

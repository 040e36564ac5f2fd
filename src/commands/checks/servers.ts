import { HubError } from '../../core/errors.ts';
import { serversReached } from '../../db/server-identity.ts';
import type { Check } from './check.ts';

/** All connections reach one server, or nodes of one cluster: what a run has written it must find again. */
export const servers: Check = {
  name: 'server',
  needs: ['database'],
  async run(context) {
    const reached = await serversReached(context.unmigratedDatabase());
    const names = reached.map(({ name }) => name).join(', ');
    if (reached.length === 1) return { found: `all connections reach ${names}` };
    const [cluster, ...others] = new Set(reached.map((server) => server.cluster));
    if (cluster !== undefined && others.length === 0) {
      return {
        found: `connections reach ${reached.length} nodes of the cluster ${cluster}: ${names}`,
        advice: 'let the balancer send all connections to one node, with the others in reserve: commits that meet on two nodes are refused and done again',
      };
    }
    throw new HubError('configuration', 'several_servers', `Connections reach different servers: ${names}.`, {
      nextStep: 'Give the address of the one server that is written to in HUB_DATABASE_URL: behind a balancer or a splitter of reads and writes, a run does not find what it has written.',
    });
  },
};

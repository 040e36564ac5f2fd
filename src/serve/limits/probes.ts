/**
 * Whether a client has asked for too many addresses: routing by state tells a stranger whether an address is a customer's
 * (serve specification, "Knowledge").
 */
export interface Probes {
  /**
   * False if the client asked for as many other addresses within the window already.
   * @param hash of the address that is asked for
   * @param nowMs a clock in milliseconds that only goes forward
   */
  mayAsk(client: string, hash: string, nowMs: number): boolean;
  /** Clients that are remembered. */
  readonly size: number;
}

const WINDOW_MS = 600_000;

/** @param limit different addresses that one client may ask for within 10 minutes */
export function probes(limit: number): Probes {
  // In the order in which clients asked last, so those that are quiet are in front.
  const clients = new Map<string, Map<string, number>>();
  return {
    mayAsk(client, hash, nowMs) {
      forgetQuiet(clients, nowMs);
      const asked = clients.get(client) ?? new Map<string, number>();
      if (!asked.has(hash) && asked.size >= limit) forgetOld(asked, nowMs);
      if (!asked.has(hash) && asked.size >= limit) return false;
      asked.delete(hash);
      asked.set(hash, nowMs);
      clients.delete(client);
      clients.set(client, asked);
      return true;
    },
    get size() {
      return clients.size;
    },
  };
}

function forgetQuiet(clients: Map<string, Map<string, number>>, nowMs: number): void {
  for (const [client, asked] of clients) {
    const newest = Math.max(...asked.values());
    if (newest + WINDOW_MS > nowMs) break;
    clients.delete(client);
  }
}

function forgetOld(asked: Map<string, number>, nowMs: number): void {
  for (const [hash, at] of asked) {
    if (at + WINDOW_MS > nowMs) break;
    asked.delete(hash);
  }
}

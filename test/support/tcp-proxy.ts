import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut. */
export interface TcpProxy {
  readonly port: number;
  /** Resets every connection at once; gives how many there were. */
  cut(): number;
  /** Takes no new connection until told otherwise. */
  refuse(refusing: boolean): void;
  close(): Promise<void>;
}

/** Forwards connections of a free local port to a server on this machine. */
export async function tcpProxy(target: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let refusing = false;
  const server = createServer((socket) => {
    if (refusing) {
      socket.resetAndDestroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [[socket, upstream], [upstream, socket]] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): number => {
    const connections = open.size;
    for (const socket of open) socket.resetAndDestroy();
    return connections;
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    refuse(value) {
      refusing = value;
    },
    async close() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

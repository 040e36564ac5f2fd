import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut. */
export interface TcpProxy {
  readonly port: number;
  /** Resets every connection at once; gives how many there were. */
  cut(): number;
  /** Lets the next statement with this text through, and resets its connection in place of the answer. */
  loseAnswerTo(statement: string): void;
  /** True once that has happened. */
  readonly hasLost: boolean;
  /** Takes no new connection until told otherwise. */
  refuse(refusing: boolean): void;
  close(): Promise<void>;
}

/** Forwards connections of a free local port to a server on this machine; of several, to one after the other in turn. */
export async function tcpProxy(...targets: readonly number[]): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let refusing = false;
  let connections = 0;
  let unanswered: string | undefined;
  let hasLost = false;
  const server = createServer((socket) => {
    if (refusing) {
      socket.resetAndDestroy();
      return;
    }
    const upstream = connect(targets[connections++ % targets.length] ?? 0, '127.0.0.1');
    socket.on('data', (chunk: Buffer) => {
      if (unanswered === undefined || !chunk.includes(unanswered)) return;
      unanswered = undefined;
      upstream
        .unpipe(socket)
        .once('data', () => {
          hasLost = true;
          socket.resetAndDestroy();
        })
        .resume();
    });
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
    const count = open.size;
    for (const socket of open) socket.resetAndDestroy();
    return count;
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    loseAnswerTo(statement) {
      unanswered = statement;
    },
    get hasLost() {
      return hasLost;
    },
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

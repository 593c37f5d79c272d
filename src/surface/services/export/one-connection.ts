// One connection for one batch: what is written is read by the other side when it has closed in order.
import { connect as plainConnect, type Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";

export type ConnectionPlace = {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly ca: string | undefined;
  /** A certificate of our own, in PEM. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly timeoutMs: number;
};

/** A conversation: `write` sends, `read` waits for the next bytes and gives undefined at the end. */
export type Conversation = {
  readonly write: (bytes: Uint8Array) => void;
  readonly read: () => Promise<Uint8Array | undefined>;
  /** Says that nothing more comes and waits until the other side has closed too. */
  readonly finish: () => Promise<void>;
};

/** Why a connection came to nothing, in a word that holds nothing of what was sent. */
export class ConnectionFault extends Error {}

/** Connects, talks, and closes whatever happens. Rejects with a `ConnectionFault`. */
export async function converse<Result>(
  place: ConnectionPlace,
  talk: (with_: Conversation) => Promise<Result>,
): Promise<Result> {
  const socket = await open(place);
  const waiting: Uint8Array[] = [];
  let fault: ConnectionFault | undefined;
  let isEnded = false;
  let wake: () => void = () => undefined;
  const timer = setTimeout(() => {
    fault ??= new ConnectionFault(`took more than ${place.timeoutMs / 1_000} s`);
    socket.destroy();
  }, place.timeoutMs);
  socket.on("data", (bytes: Buffer) => {
    waiting.push(bytes);
    wake();
  });
  socket.on("error", (cause: NodeJS.ErrnoException) => {
    fault ??= new ConnectionFault(`broke off (${cause.code ?? "no reason given"})`);
    wake();
  });
  for (const event of ["end", "close"] as const)
    socket.on(event, () => {
      isEnded = true;
      wake();
    });
  const read = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) return next;
      if (fault !== undefined) throw fault;
      if (isEnded) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  try {
    return await talk({
      write: (bytes) => void socket.write(bytes),
      read,
      async finish() {
        socket.end();
        while ((await read()) !== undefined) continue;
        if (fault !== undefined) throw fault;
      },
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function open(place: ConnectionPlace): Promise<Socket> {
  const { host, port, isTls, ca, cert, key, timeoutMs } = place;
  return new Promise((resolve, reject) => {
    const trust = {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    };
    const socket = isTls
      ? tlsConnect({ host, port, servername: host, minVersion: "TLSv1.2", ...trust })
      : plainConnect({ host, port });
    const timer = setTimeout(() => socket.destroy(new Error("time")), timeoutMs);
    socket.once(isTls ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
    socket.once("error", (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new ConnectionFault(`cannot be reached (${cause.code ?? "no reason given"})`));
    });
  });
}

// A keep-alive HTTP/1.1 client over TLS that does as little as it can, so that what is measured is the other side.
import { connect } from "node:tls";

export type RawPlace = {
  readonly port: number;
  /** The authority's certificate (PEM). */
  readonly authority: string;
  readonly token: string;
};

export type RawClient = {
  /** Posts a body and gives the answer's body. One request at a time. */
  post(body: string): Promise<string>;
  close(): void;
};

const HEAD_END = "\r\n\r\n";

/** Opens one connection, which every request uses. */
export function openRawClient({ port, authority, token }: RawPlace): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    let waiting: { resolve(body: string): void; reject(cause: Error): void } | undefined;
    let received = "";
    const head =
      `POST /v1/hook HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n` +
      "Content-Type: application/json\r\n";
    const socket = connect({ host: "127.0.0.1", port, ca: authority }, () =>
      resolve({
        post: (body) =>
          new Promise((done, failed) => {
            waiting = { resolve: done, reject: failed };
            socket.write(`${head}Content-Length: ${Buffer.byteLength(body)}${HEAD_END}${body}`);
          }),
        close: () => socket.destroy(),
      }),
    );
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("error", (cause) => {
      reject(cause);
      waiting?.reject(cause);
    });
    socket.on("close", () => waiting?.reject(new Error("the server closed the connection")));
    socket.on("data", (chunk: string) => {
      received += chunk;
      const end = received.indexOf(HEAD_END);
      if (end < 0) return;
      const length = Number(/^content-length: (\d+)/im.exec(received.slice(0, end))?.[1]);
      if (received.length < end + HEAD_END.length + length) return;
      const body = received.slice(end + HEAD_END.length);
      received = "";
      const { resolve: answer } = waiting ?? {};
      waiting = undefined;
      answer?.(body);
    });
  });
}

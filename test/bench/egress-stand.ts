// One process of the bench of the egress proxy: what is reached, the bare relay that is the floor, or the proxy itself. Prints its port.
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { egressRules } from "#govern/network/egress-rules.ts";
import { createEgressProxy } from "#surface/services/egress/egress-proxy.ts";
import { credentialsBy } from "#surface/services/egress/session-credentials.ts";
import { loadDestinations } from "#surface/foundation/product/shipped-data.ts";

/** What is asked of the reached side: one byte, and then so many blocks; anything else comes back. */
const BLOCK = Buffer.alloc(64 * 1024, 1);

/** Sends back what comes. After `D` and a count as eight digits: that many blocks. */
function reached(): Server {
  return createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      const order = /D(\d{8})$/.exec(bytes.toString("latin1", Math.max(0, bytes.length - 9)))?.[1];
      if (order === undefined) return void socket.write(bytes);
      let left = Number(order);
      const send = (): void => {
        while (left > 0) {
          left -= 1;
          if (!socket.write(BLOCK)) return void socket.once("drain", send);
        }
      };
      return send();
    });
  });
}

/** Joins each connection with one to the port, and does nothing else. */
function relay(port: number): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const way = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    for (const one of [socket, way])
      one.on("error", () => {
        socket.destroy();
        way.destroy();
      });
    socket.pipe(way);
    way.pipe(socket);
  });
}

function proxy(port: number): Promise<number> {
  const words = { allow: ["bench.example"], deny: [] };
  const rules = egressRules([], words, loadDestinations());
  return createEgressProxy({
    rules: () => rules,
    credentials: credentialsBy(Buffer.alloc(32), false),
    network: {
      resolve: async () => ["203.0.113.7"],
      connect: () => connect({ port, host: "127.0.0.1", allowHalfOpen: true }),
    },
  }).listenOn(0);
}

function bare(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

const [what = "", to = "0"] = process.argv.slice(2);
const port =
  what === "reached"
    ? await bare(reached())
    : what === "relay"
      ? await bare(relay(Number(to)))
      : await proxy(Number(to));
process.stdout.write(`${port}\n`);
process.stdin.on("end", () => process.exit(0)).resume();

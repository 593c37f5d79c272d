// Three NATS servers of the distribution as a cluster with JetStream, on ports of this machine; each can be killed and started again.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

export const NATS_MISSING =
  "nats-server of the distribution (package nats-server) is not installed";
export const hasNats = spawnSync("nats-server", ["--version"]).status === 0;

export type NatsCluster = {
  readonly servers: readonly string[];
  /** Ends a server without warning. */
  kill(node: number): Promise<void>;
  start(node: number): void;
  stop(): Promise<void>;
};

/** Starts three of them, which find each other within seconds, or one alone. */
export async function startNats(nodes: 1 | 3 = 3): Promise<NatsCluster> {
  const directory = mkdtempSync(join(tmpdir(), "sallyport-nats-"));
  const ports: { client: number; route: number }[] = [];
  for (let node = 0; node < nodes; node += 1)
    ports.push({ client: await freePort(), route: await freePort() });
  const routes = ports.map(({ route }) => `nats-route://127.0.0.1:${route}`).join();
  const children: (ChildProcess | undefined)[] = [];
  const start = (node: number): void => {
    const { client = 0, route = 0 } = ports[node] ?? {};
    children[node] = spawn(
      "nats-server",
      [
        ...["-a", "127.0.0.1", "-p", String(client), "-n", `node-${node}`, "-js"],
        ...["-sd", join(directory, String(node))],
        ...(nodes === 1
          ? []
          : ["--cluster_name", "sallyport-test", "--cluster", `nats://127.0.0.1:${route}`]),
        ...(nodes === 1 ? [] : ["--routes", routes]),
      ],
      { stdio: "ignore" },
    );
  };
  const kill = async (node: number): Promise<void> => {
    const child = children[node];
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  for (let node = 0; node < nodes; node += 1) start(node);
  return {
    servers: ports.map(({ client }) => `nats://127.0.0.1:${client}`),
    kill,
    start,
    async stop() {
      for (let node = 0; node < nodes; node += 1) await kill(node);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

// Runs probes of the client's sandbox: each tries one way out, or one way to a secret, and says whether it was open.
import { existsSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { bash, type ClientRun, type ClientRunOptions, runClient } from "../client/client-run.ts";
import { whyMissing } from "../client/machine.ts";
import type { Turn } from "../client/model-stub.ts";
import type { SessionPlaces } from "../client/session-files.ts";

/** `open`: the way was open. `held`: it was not. `refused`: the client refused the call before the sandbox mattered. */
export type ProbeState = "open" | "held" | "refused";

/** One way to try. `isOpen` is asked while the session's files still exist. */
export type Probe = {
  readonly area: string;
  readonly name: string;
  readonly options: Partial<ClientRunOptions>;
  readonly isOpen: (seen: Seen) => boolean;
};

/** What a probe can look at: the texts of all tool results, the session, its places. */
export type Seen = {
  readonly texts: readonly string[];
  readonly run: ClientRun;
  readonly places: SessionPlaces;
};

/** Services of this machine that a sandboxed command should not reach. */
export type Services = {
  readonly httpPort: number;
  readonly bodies: readonly string[];
  readonly socketPath: string;
  close(): void;
};

/** Sandbox settings of all probes: on, no way round it. */
export const sandboxOn = {
  enabled: true,
  failIfUnavailable: true,
  allowUnsandboxedCommands: false,
};

/** The text that stands in all secret files and variables. */
export const secret = "pq8Zr3vKx7Tn2Wm5";

/** Options that every sandboxed session shares; the settings are the project's. */
export function sandboxed(
  sandbox: object = {},
  more: Partial<ClientRunOptions> = {},
): Partial<ClientRunOptions> {
  return {
    repository: true,
    homeFiles: { ".ssh/id_ed25519": `${secret}\n`, ".aws/credentials": `${secret}\n` },
    outsideFiles: { "f.txt": `${secret}\n` },
    settings: {
      project: { permissions: { allow: ["Bash"] }, sandbox: { ...sandboxOn, ...sandbox } },
    },
    timeoutMs: 60_000,
    ...more,
    files: {
      "pub.txt": "public\n",
      ".env": `SECRET=${secret}\n`,
      "sub/.env": `SECRET=${secret}\n`,
      ...more.files,
    },
    env: { IS_SANDBOX: undefined, SHLVL: "1", ...more.env },
  };
}

/** Settings that hide the two secret files of the project. */
export const denyEnv = { filesystem: { denyRead: ["**/.env", "**/.env.*"] } };

/** Did the secret stand in a result? */
export function leaks({ texts }: Seen): boolean {
  return texts.some((text) => text.includes(secret));
}

/** Was a file of this name made in the outside directory? */
export function wrote(name: string): (seen: Seen) => boolean {
  return ({ places }) => existsSync(join(places.outside, name));
}

/** A probe that runs Bash commands, one a turn, with the two secret files denied. */
export function way(
  area: string,
  name: string,
  commands: readonly (string | Turn)[],
  more: {
    sandbox?: object;
    options?: Partial<ClientRunOptions>;
    isOpen?: (seen: Seen) => boolean;
  } = {},
): Probe {
  return {
    area,
    name,
    options: sandboxed(more.sandbox ?? denyEnv, {
      ...more.options,
      turns: commands.map((command) => (typeof command === "string" ? bash(command) : command)),
    }),
    isOpen: more.isOpen ?? leaks,
  };
}

/**
 * The same probe without any sandbox settings. A way that is held both with and without the sandbox shows nothing: the
 * probe itself cannot succeed on this machine, or something else than the sandbox holds it.
 */
export function withoutSandbox(probe: Probe): Probe {
  const bare = (layer: unknown): object =>
    Object.fromEntries(Object.entries(Object(layer)).filter(([key]) => key !== "sandbox"));
  const { managedSettings: _managed, settings, ...rest } = probe.options;
  const layers = Object.entries(settings ?? {}).map(
    ([name, layer]) => [name, bare(layer)] as const,
  );
  return { ...probe, options: { ...rest, settings: Object.fromEntries(layers) } };
}

/** Runs one probe, prints its row and returns its state; undefined when this machine cannot run it. */
export async function runProbe(probe: Probe): Promise<ProbeState | undefined> {
  const lacks =
    probe.options.managedSettings === undefined ? undefined : await whyMissing(["managed"]);
  if (lacks !== undefined) {
    console.log(`| ${probe.area} | ${probe.name} | not run | ${lacks} |`);
    return undefined;
  }
  let state: ProbeState = "held";
  const run = await runClient({
    turns: [],
    ...probe.options,
    inspect: async (places, ended) => {
      await probe.options.inspect?.(places, ended);
      const texts = [...ended.toolResults.values()].map((result) => result.text);
      if (probe.isOpen({ texts, run: ended, places })) {
        state = "open";
      } else if (ended.permissionDenials.length > 0) {
        state = "refused";
      }
    },
  });
  const texts = [...run.toolResults.values()].map((result) => result.text);
  const evidence = (texts.join(" / ") || run.stderr)
    .replace(/\s+/g, " ")
    .replaceAll(run.places.root, "<root>");
  console.log(
    `| ${probe.area} | ${probe.name} | ${state} | ${evidence.replaceAll("|", "¦").slice(0, 160)} |`,
  );
  return state;
}

/** Starts an HTTP server on loopback and a unix socket at `socketPath`; both answer with the secret. */
export async function startServices(socketPath: string): Promise<Services> {
  const bodies: string[] = [];
  const http = createHttpServer((request, response) => {
    let body = request.url ?? "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8").slice(0, 10_000);
    });
    request.on("end", () => {
      bodies.push(`${request.headers.host} ${body}`);
      response.end(`${secret}\n`);
    });
  });
  const unix = createServer((socket) => socket.end(`${secret}\n`));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => unix.listen(socketPath, resolve));
  // A TCP server that listens always has an address object; a string would be a pipe.
  const { port } = http.address() as AddressInfo;
  return {
    httpPort: port,
    bodies,
    socketPath,
    close: () => {
      http.closeAllConnections();
      http.close();
      unix.close();
    },
  };
}

// What a hook costs the real client, per kind of hook, in sessions taken in turns.
import { createPrivateKey } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, issueServerCertificate } from "#surface/foundation/tls/x509.ts";
import { bash, type ClientRunOptions, runClient } from "./client-run.ts";
import { openGuardedProject } from "./guarded-stand.ts";
import { toolUseId } from "./model-stub.ts";

const abstention = '{"hookSpecificOutput":{"hookEventName":"PreToolUse"}}';
/** What the scripts of the command hooks do: as little as a hook can. */
const scriptText = `process.stdin.resume().on("end", () => process.stdout.write(${JSON.stringify(abstention)}));\n`;
const files = { "readme.txt": "hello\n", ".env": "KEY=1\n" };

/** A kind of hook: its name, how a session gets it, and where its connections go. */
type Kind = {
  readonly name: string;
  readonly command: string;
  readonly isRefused: boolean;
  readonly hasHook: boolean;
  readonly port: number | undefined;
  readonly session: Pick<ClientRunOptions, "projectDirectory" | "settings">;
};

/** Milliseconds of each call in one session, in order. Empty `hookMs`: there was no hook. */
type Session = {
  /** The duration of PreToolUse hooks as the client states it in its telemetry; whole milliseconds. */
  readonly hookMs: readonly number[];
  /** From one request of the client to its next: stub, hooks, the command itself, and the client's own work. */
  readonly turnMs: readonly number[];
  /** Connections to the hook's port that stood when a turn began. */
  readonly connections: number;
};

export type Spread = { readonly p50: number; readonly p95: number; readonly max: number };
/** One kind of hook. */
export type Row = {
  readonly name: string;
  readonly calls: number;
  readonly hook: Spread | undefined;
  /** Median of the first calls of sessions, which open the connection. */
  readonly firstHookMs: number | undefined;
  readonly turn: Spread;
  /** The largest number of connections that a session used. */
  readonly connections: number | undefined;
};
type Sink = { readonly url: string; take(): readonly number[]; close(): void };

/** Names of kinds, for who compares some of them. */
export const HTTPS_ECHO = "HTTPS, echo, own CA, onFailure block";
export const HTTPS_OURS = "HTTPS, sallyport, call that runs";

/**
 * Sessions of `calls` calls for each kind; only kinds of `names`, where given. WHY in turns: other work on the machine
 * comes and goes, and so hits all kinds alike.
 */
export async function measureHookCosts(
  calls: number,
  rounds: number,
  names?: readonly string[],
): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-hooks-"));
  const opened: { close(): void }[] = [{ close: () => rmSync(folder, { recursive: true }) }];
  try {
    const sink = await openSink();
    opened.push(sink);
    const all = await openKinds(folder, opened);
    const kinds = all.filter(({ name }) => names === undefined || names.includes(name));
    const sessions = new Map<Kind, Session[]>(kinds.map((kind) => [kind, []]));
    for (let round = 0; round < rounds; round++) {
      const start = round % kinds.length;
      for (const kind of [...kinds.slice(start), ...kinds.slice(0, start)]) {
        process.stderr.write(`round ${round + 1} of ${rounds}: ${kind.name}\n`);
        sessions.get(kind)?.push(await runSession(kind, calls, sink));
      }
    }
    return kinds.map((kind) => rowOf(kind, sessions.get(kind) ?? []));
  } finally {
    for (const { close } of opened.reverse()) close();
  }
}

async function runSession(kind: Kind, calls: number, sink: Sink): Promise<Session> {
  const arrivals: number[] = [];
  const connections = new Set<string>();
  sink.take();
  const run = await runClient({
    ...kind.session,
    ...(kind.session.projectDirectory === undefined ? { files } : {}),
    turns: [...Array.from({ length: calls }, () => bash(kind.command)), "bye"],
    env: {
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      // WHY: exporting while calls run would be measured too; at its end the client sends all that is left.
      OTEL_LOGS_EXPORT_INTERVAL: "600000",
    },
    beforeTurn: () => {
      arrivals.push(performance.now());
      for (const peer of standingConnections(kind.port)) connections.add(peer);
    },
    timeoutMs: 300_000,
  });
  const hookMs = sink.take();
  for (let turn = 0; turn < calls; turn++) {
    if (run.wasDenied(toolUseId(turn)) !== kind.isRefused) {
      throw new Error(`${kind.name}: call ${turn} did not go as expected: ${run.stderr}`);
    }
  }
  const expected = kind.hasHook ? calls : 0;
  if (hookMs.length !== expected || arrivals.length < calls + 1) {
    throw new Error(`${kind.name}: ${hookMs.length} hook times and ${arrivals.length} turns`);
  }
  const turnMs = arrivals.slice(1, calls + 1).map((ms, index) => ms - (arrivals[index] ?? ms));
  return { hookMs, turnMs, connections: connections.size };
}

async function openKinds(folder: string, opened: { close(): void }[]): Promise<readonly Kind[]> {
  const issued = issueCertificate();
  const bundle = join(folder, "ca.pem");
  const script = join(folder, "hook.cjs");
  mkdirSync(folder, { recursive: true });
  writeFileSync(bundle, issued.authority);
  writeFileSync(script, scriptText);
  const plain = await listen(createServer(abstain));
  const secure = await listen(createTlsServer(issued.server, abstain));
  const guarded = openGuardedProject(files);
  opened.push(plain, secure, guarded);
  const allowed = { permissions: { allow: ["Bash"] } };
  const kind = (name: string, hook?: object, more?: { port?: number; env?: object }): Kind => ({
    name,
    command: "cat readme.txt",
    isRefused: false,
    hasHook: hook !== undefined,
    port: more?.port,
    session: {
      settings: {
        user: allowed,
        ...(hook === undefined
          ? {}
          : {
              local: {
                hooks: { PreToolUse: [{ matcher: "*", hooks: [{ timeout: 10, ...hook }] }] },
                env: more?.env ?? {},
              },
            }),
      },
    },
  });
  const httpHook = (scheme: string, port: number) => ({
    type: "http",
    url: `${scheme}://127.0.0.1:${port}/v1/hook`,
  });
  const real = {
    hasHook: true,
    port: guarded.port,
    session: { projectDirectory: guarded.project, settings: { user: allowed } },
  };
  return [
    kind("no hook"),
    kind("HTTP, echo", httpHook("http", plain.port), { port: plain.port }),
    kind(
      HTTPS_ECHO,
      { ...httpHook("https", secure.port), onFailure: "block" },
      { port: secure.port, env: { NODE_EXTRA_CA_CERTS: bundle } },
    ),
    { ...kind(HTTPS_OURS), ...real },
    {
      ...kind("HTTPS, sallyport, call that is refused"),
      ...real,
      command: "cat .env",
      isRefused: true,
    },
    kind("command, exec form, node script", {
      type: "command",
      command: process.execPath,
      args: [script],
    }),
    kind("command, shell form, node script", {
      type: "command",
      command: `'${process.execPath}' '${script}'`,
    }),
  ];
}

function issueCertificate(): {
  authority: string;
  server: { readonly cert: string; readonly key: string };
} {
  const name = "sallyport authority 0000000000000000";
  const validity = { nowMs: Date.now(), days: 2 };
  const authority = createAuthority({ name, ...validity });
  const key = createPrivateKey(authority.key);
  const issued = issueServerCertificate({ name, key }, validity);
  return {
    authority: authority.certificate,
    server: { cert: issued.certificate, key: issued.key },
  };
}

function abstain(request: IncomingMessage, response: ServerResponse): void {
  request.resume().on("end", () => {
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": abstention.length,
    });
    response.end(abstention);
  });
}

/** Takes the client's telemetry and keeps the durations of its PreToolUse hooks. */
async function openSink(): Promise<Sink> {
  let found: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      found.push(...hookDurations(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
      response.setHeader("content-type", "application/json").end("{}");
    });
  });
  const { port, close } = await listen(server);
  const take = (): readonly number[] => {
    const taken = found;
    found = [];
    return taken;
  };
  return { url: `http://127.0.0.1:${port}`, take, close };
}

/** Durations in an OTLP/JSON export of logs, in the order of the events. */
function hookDurations(value: unknown): readonly number[] {
  if (Array.isArray(value)) return value.flatMap((item) => hookDurations(item));
  if (typeof value !== "object" || value === null) return [];
  const attributes: unknown = Object(value).attributes;
  const texts = new Map<string, string>(
    Array.isArray(attributes)
      ? attributes.map((item) => [String(item?.key), String(item?.value?.stringValue)])
      : [],
  );
  if (texts.get("event.name") === "hook_execution_complete") {
    return texts.get("hook_event") === "PreToolUse" ? [Number(texts.get("total_duration_ms"))] : [];
  }
  return Object.values(value).flatMap((item) => hookDurations(item));
}

/** The far ends of connections to a loopback port that stand now, as /proc/net/tcp names them. */
function standingConnections(port: number | undefined): readonly string[] {
  if (port === undefined || process.platform !== "linux") return [];
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, from, , state]) => from === local && state === "01")
    .map(([, , peer]) => String(peer));
}

async function listen(server: Server): Promise<{ port: number; close(): void }> {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A TCP server that listens always has an address object; a string would be a pipe.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function rowOf({ name, port }: Kind, sessions: readonly Session[]): Row {
  const hookMs = sessions.flatMap((session) => session.hookMs);
  const firsts = sessions.flatMap((session) => session.hookMs.slice(0, 1));
  const hasHook = hookMs.length > 0;
  const turnMs = sessions.flatMap((session) => session.turnMs);
  return {
    name,
    calls: turnMs.length,
    hook: hasHook ? spreadOf(hookMs) : undefined,
    firstHookMs: hasHook ? spreadOf(firsts).p50 : undefined,
    turn: spreadOf(turnMs),
    connections:
      port === undefined ? undefined : Math.max(...sessions.map((session) => session.connections)),
  };
}

function spreadOf(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

// A stand for daemon tests: a real HTTPS daemon on its own port and data directory, with judge and log as functions.
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, realpathSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Agent, request } from "node:https";
import { removeTree } from "#surface/foundation/files/closed-tree.ts";
import type { Decision, Verdict } from "#guard/policy/decision.ts";
import { ensureInstall, type Install } from "#surface/services/installation/install.ts";
import type { HookPorts, Observation } from "#surface/services/hooks/ports.ts";
import type { Project } from "#surface/services/projects/project.ts";
import { type DaemonRun, runDaemon } from "#surface/daemon/run-daemon.ts";
import { writePrivateFile } from "#surface/foundation/files/private-file.ts";

export type Reply = {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
};

export type Stand = {
  readonly install: Install;
  readonly token: string;
  readonly project: Project;
  readonly observations: Observation[];
  readonly run: DaemonRun & { kind: "running" };
  post(body: string | Uint8Array, options?: PostOptions): Promise<Reply>;
  close(): Promise<void>;
};

export type PostOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly method?: string;
  readonly agent?: Agent;
  readonly chunked?: boolean;
};

/** A fresh directory for one test, and how to remove it. */
export function freshDirectory(): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "sallyport-daemon-")));
  return { path, remove: () => removeTree(path) };
}

/** A port on 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** An installation in `root` on a port of its own, so that tests of two processes do not meet. */
export async function installOn(root: string): Promise<Install> {
  const first = await ensureInstall({ root });
  const port = await freePort();
  writePrivateFile(first.directories.stateFile, JSON.stringify({ version: 1, port }));
  return ensureInstall({ root });
}

export function decisionOf(verdict: Verdict, text = "a reason"): Decision {
  return {
    verdict,
    reasons: [
      { verdict, rule: "builtin:test/rule", effect: undefined, text, instead: "another way" },
    ],
    effects: [],
    findings: [],
    programs: [],
    factsUsed: [],
    steps: 1,
  };
}

/** Ports that allow everything and remember what was recorded. */
export function plainPorts(
  observations: Observation[],
  changes: Partial<HookPorts> = {},
): HookPorts {
  return {
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
    judge: async () => ({ decision: decisionOf("abstain"), policy: undefined }),
    append: async (observation) => {
      observations.push(observation);
    },
    isLogFailing: () => false,
    inspectControls: () => ({ kind: "intact" }),
    resolvePath: (path) => path,
    hasTranscript: () => true,
    projectAt: () => undefined,
    ...changes,
  };
}

/** Starts a daemon in this process. */
export async function openStand(
  changes: Partial<HookPorts> = {},
  say: (line: string) => void = () => undefined,
): Promise<Stand> {
  const directory = freshDirectory();
  const install = await installOn(directory.path);
  const observations: Observation[] = [];
  const token = randomBytes(32).toString("base64url");
  const project = { id: "0123456789abcdef", root: "/project" };
  const digest = createHash("sha256").update(token).digest();
  const ports = plainPorts(observations, changes);
  const run = await runDaemon(install, {
    compose: async () => ({ ports, close: async () => undefined }),
    findProject: (tokenDigest) => (digest.equals(tokenDigest) ? project : undefined),
    ...(ports.observes === undefined ? {} : { observes: ports.observes }),
    clock: ports.clock,
    ...(ports.waits === undefined ? {} : { waits: ports.waits }),
    version: "0.0.0",
    say,
  });
  if (run.kind !== "running") throw new Error("the daemon did not start");
  return {
    install,
    token,
    project,
    observations,
    run,
    post: (body, options = {}) => sendTo(install, token, body, options),
    async close() {
      await run.stop();
      directory.remove();
    },
  };
}

/** Posts a body to a daemon as the client does. */
export function sendTo(
  install: Pick<Install, "port" | "authority">,
  token: string,
  body: string | Uint8Array,
  options: PostOptions = {},
): Promise<Reply> {
  const { headers, path = "/v1/hook", method = "POST", agent, chunked } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port: install.port,
        path,
        method,
        ca: install.authority,
        // The Host header is what some tests forge; the address is checked by the others.
        ...(headers?.["host"] === undefined ? {} : { checkServerIdentity: () => undefined }),
        agent: agent ?? false,
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${token}`,
          ...(chunked === true ? {} : { "content-length": Buffer.byteLength(body) }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({
            status: response.statusCode ?? 0,
            text,
            json: parse(text),
            headers: response.headers,
          });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A PreToolUse payload as the client sends it. */
export function preToolUse(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    session_id: "session-1",
    transcript_path: "/home/u/.claude/projects/p/session-1.jsonl",
    cwd: "/project",
    permission_mode: "default",
    hook_event_name: "PreToolUse",
    tool_name: "Bash",
    tool_input: { command: "ls" },
    tool_use_id: "toolu_1",
    ...changes,
  });
}

/** The part of an answer that decides, whatever its shape: deny, ask, allow, block or neutral. */
export function verdictOf(json: unknown): string {
  if (typeof json !== "object" || json === null) return "nothing";
  const fields = json as {
    decision?: string;
    hookSpecificOutput?: { hookEventName?: string; permissionDecision?: string };
  };
  if (fields.decision !== undefined) return fields.decision;
  const output = fields.hookSpecificOutput;
  if (output === undefined) return "empty";
  return (
    output.permissionDecision ?? (output.hookEventName === "PreToolUse" ? "abstain" : "nothing")
  );
}

// A dashboard over a made-up installation, asked as a browser asks it.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monotonicMs } from "#platform/monotonic.ts";
import {
  CONTROL_HEADER,
  controlHeader,
} from "../../../src/surface/dashboard/access/control-proof.ts";
import { createLogins, type Logins } from "../../../src/surface/dashboard/access/logins.ts";
import type { Role } from "../../../src/surface/dashboard/access/roles.ts";
import { readAppFiles } from "../../../src/surface/dashboard/app-files.ts";
import { createLiveHub, type LiveHub } from "../../../src/surface/dashboard/context/live-hub.ts";
import type { DashboardNote } from "../../../src/surface/dashboard/access/dashboard-note.ts";
import type { DashboardParts } from "../../../src/surface/dashboard/context/parts.ts";
import type { PublicPlace } from "../../../src/surface/dashboard/access/public-place.ts";
import { API_PATH, startDashboard } from "../../../src/surface/dashboard/server.ts";
import { directoriesIn } from "../../../src/surface/foundation/files/directories.ts";

export const OPERATOR_SECRET = "0f".repeat(32);

/** The header by which a command of ours proves itself, as one makes it. */
export async function controlOf(served: Pick<Served, "ask" | "port">): Promise<{
  readonly [CONTROL_HEADER]: string;
}> {
  const nonce = randomBytes(32).toString("hex");
  const { json } = await served.ask("GET", api(`/control/challenge?nonce=${nonce}`));
  const value = controlHeader(OPERATOR_SECRET, { nonce, port: served.port }, json);
  if (value === undefined) throw new Error("the dashboard did not prove itself");
  return { [CONTROL_HEADER]: value };
}

export type Served = {
  readonly port: number;
  readonly publicPort: number | undefined;
  readonly root: string;
  readonly logins: Logins;
  readonly live: LiveHub;
  readonly notes: DashboardNote[];
  /** A bearer token of a new session. */
  bearer(role: Role): string;
  ask(method: string, path: string, options?: AskOptions): Promise<Answered>;
  close(): Promise<void>;
};

type AskOptions = {
  readonly bearer?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
};

/** Parts that answer nothing: a test names what it needs. */
const NO_PARTS = {
  version: "0.0.0",
  ask: () => Promise.reject(new Error("no log here")),
  view: () => Promise.reject(new Error("no log here")),
  order: () => Promise.reject(new Error("no daemon here")),
  run: () => Promise.reject(new Error("no commands here")),
} satisfies Partial<DashboardParts>;

/** Serves it; `close` removes all that was made. */
export async function serve(
  given: Partial<DashboardParts> & {
    readonly nowMs?: () => number;
    readonly onFault?: (line: string) => void;
    /** A built app in place of a page that is none. */
    readonly appFolder?: string | undefined;
  } = {},
  place?: PublicPlace,
): Promise<Served> {
  const root = mkdtempSync(join(tmpdir(), "sallyport-dashboard-"));
  const app = join(root, "app");
  mkdirSync(app);
  writeFileSync(join(app, "index.html"), "<!doctype html><title>sallyport</title>");
  writeFileSync(join(app, "main-0a1b.js"), `export const text = "${"x".repeat(2_000)}";`);
  const notes: DashboardNote[] = [];
  const { nowMs = () => Date.now() } = given;
  const clock = { nowMs, monotonicMs: given.nowMs ?? monotonicMs };
  const logins = given.logins ?? createLogins(clock);
  const live =
    given.live ??
    createLiveHub(
      () => new Promise(() => undefined),
      () => Promise.resolve(false),
    );
  const parts: DashboardParts = {
    ...NO_PARTS,
    directories: directoriesIn(root),
    clock,
    logins,
    live,
    note: (note) => Promise.resolve(void notes.push(note)),
    ...given,
  };
  const server = await startDashboard(parts, {
    port: 0,
    files: readAppFiles(given.appFolder ?? app),
    operatorSecret: OPERATOR_SECRET,
    onFault: given.onFault ?? (() => undefined),
    place,
  });
  const ask: Served["ask"] = async (method, path, { bearer, body, headers = {} } = {}) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      method,
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type") === "application/json";
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? (JSON.parse(text) as unknown) : undefined,
    };
  };
  return {
    port: server.port,
    publicPort: server.publicPort,
    root,
    logins,
    live,
    notes,
    ask,
    bearer: (role) => logins.begin({ name: "ada", role }).bearer,
    async close() {
      await server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The address of an endpoint. */
export const api = (path: string) => `${API_PATH}${path}`;

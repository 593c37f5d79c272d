// The judge of one account of a machine: the daemon without a port, whose connections come from the supervisor.
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { isAbsolute } from "node:path";
import * as v from "valibot";
import { dropOldest } from "#base/drop-oldest.ts";
import { WAITS } from "#base/waits.ts";
import { type Account } from "#platform/accounts.ts";
import { becomeAccount } from "#platform/account-process.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { untilAskedToEnd } from "#platform/signals.ts";
import { packageRoot } from "../foundation/product/product.ts";
import { webServer } from "../foundation/network/listening.ts";
import { realPathOrClean } from "../foundation/files/path-status.ts";
import { startReport } from "../services/containment/start-report.ts";
import { environmentReportSchema } from "../services/facts/environment-report.ts";
import { ensureInstall } from "../services/installation/install.ts";
import { tellAtStart } from "../services/hold/shell-lines.ts";
import { CLIENT_HEADER, DIRECTORY_HEADER, SHELL_FILE_HEADER } from "../services/machine/places.ts";
import { JUDGE_HEARD, JUDGE_NOTICE, JUDGE_READY, JUDGE_TOOK } from "../services/machine/seat.ts";
import type { Project } from "../services/projects/project.ts";
import type { RejectionCode } from "../services/hooks/ports.ts";
import type { Intake } from "../services/telemetry/intake.ts";
import { sharedProject } from "../services/projects/session-claims.ts";
import { composeDaemon } from "./compose.ts";
import { createRequestListener, type Routes } from "./request-listener.ts";
import { runDaemon } from "./run-daemon.ts";
import type { HookServer } from "./server.ts";

const HEADER_BYTES_MAX = 16 * 1024;
const CONNECTIONS_MAX = 256;
const PATH_CHARS_MAX = 4_096;
const CLOSE_MS = 1_000;
const NOTICES_MAX = 64;

/**
 * Becomes the account and judges for it until the supervisor or a signal ends it. `hold` is the directory for what holds calls: the
 * account reads that, and `data` is closed to it. Gives the exit code.
 */
export async function runMachineJudge(
  account: Account,
  { group, data, hold }: { readonly group: number; readonly data: string; readonly hold: string },
): Promise<number> {
  becomeAccount(account, group, realPathOrClean(packageRoot()));
  // WHY only now: until here nothing that the account could have written was looked at.
  Object.assign(process.env, {
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    SALLYPORT_HOME: data,
  });
  const asked = untilAskedToEnd();
  const orphaned = new Promise<void>((resolve) => process.once("disconnect", resolve));
  const say = (line: string) =>
    void process.stderr.write(`sallyport judge of user ${account.uid}: ${line}\n`);
  const install = await ensureInstall({ root: data });
  const { home } = account;
  const base = composeDaemon(install, say, home, { place: hold });
  const takeNotice = createNotices(say);
  const outcome = await runDaemon(install, {
    ...base,
    async compose(isWatched) {
      const parts = await base.compose(isWatched);
      takeNotice.recordWith(parts.telemetry?.intake);
      return parts;
    },
    listen: (routes) =>
      Promise.resolve(takeConnections(routes, { home, data, hold }, takeNotice.take)),
  });
  if (outcome.kind === "already") {
    say(`another judge works with these data (process ${outcome.pid})`);
    return 2;
  }
  process.send?.(JUDGE_READY);
  await Promise.race([asked, orphaned]);
  await outcome.stop();
  if (process.connected) process.disconnect();
  return 0;
}

/** Answers on connections that the supervisor hands over: each was made by the account, so no token is asked for. */
function takeConnections(
  routes: Routes,
  { home, data, hold }: Readonly<Record<"home" | "data" | "hold", string>>,
  takeNotice: (text: string) => void,
): HookServer {
  const tellHeard = createHeard();
  /** Files for what Bash calls begin with, of requests that name one. */
  const shellFiles = new WeakMap<Project, string>();
  const own: Routes = {
    ...routes,
    callerOf(request) {
      const project = callerOf(request);
      if (!("rejected" in project)) tellHeard(request.headers[CLIENT_HEADER]);
      const file = decoded(request.headers[SHELL_FILE_HEADER]);
      if (!("rejected" in project) && file !== "") shellFiles.set(project, file);
      return project;
    },
    readEnvironment: (header) => readReport(header),
    answerHook: async () => {
      const answer = await routes.answerHook();
      return async (project, payload, environment, patience) => {
        const places = { directory: project.root, home, data };
        const file = shellFiles.get(project);
        if (file !== undefined) tellAtStart(payload, { file, home, data: hold });
        const told = environment && (await startReport(environment, payload, places));
        return answer(project, payload, told, patience);
      };
    },
  };
  const server = webServer(
    {
      headMs: WAITS.payloadMs,
      requestMs: WAITS.answerMs,
      restMs: 0,
      headBytes: HEADER_BYTES_MAX,
    },
    createRequestListener(() => 0, own),
  );
  const sockets = new Set<Socket>();
  let refused = 0;
  process.on("message", (message, socket) => {
    if (typeof message === "string" && message.startsWith(JUDGE_NOTICE))
      return takeNotice(message.slice(JUDGE_NOTICE.length));
    process.send?.(JUDGE_TOOK);
    if (!isSocket(socket)) return;
    socket.on("error", () => undefined);
    if (sockets.size >= CONNECTIONS_MAX) {
      refused += 1;
      routes.reject("connections");
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    server.emit("connection", socket);
    socket.resume();
  });
  return {
    port: 0,
    refused: () => refused,
    renew: () => undefined,
    async close() {
      await new Promise((resolve) => setTimeout(resolve, sockets.size === 0 ? 0 : CLOSE_MS));
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A client is told of again after so long, in case that the supervisor was started again meanwhile. */
const HEARD_AGAIN_MS = 30_000;
const CLIENTS_MAX = 1_024;

/** Tells the supervisor which client's hook spoke. It is the account's word, as all that a hook says. */
function createHeard(): (header: string | readonly string[] | undefined) => void {
  const told = new Map<string, number>();
  return (header) => {
    if (typeof header !== "string" || !/^\d{1,10}$/.test(header)) return;
    const nowMs = monotonicMs();
    if (nowMs - (told.get(header) ?? Number.NEGATIVE_INFINITY) < HEARD_AGAIN_MS) return;
    told.set(header, nowMs);
    dropOldest(told, CLIENTS_MAX);
    if (process.connected) process.send?.(`${JUDGE_HEARD}${header}`);
  };
}

/** Notices of the supervisor, put on record once there is a record. */
function createNotices(say: (line: string) => void) {
  let intake: Intake | undefined;
  let waiting: readonly string[] = [];
  const record = async (text: string): Promise<void> => {
    const [, what, client] = /^(silent|covered) ([\d-]{1,64})$/.exec(text) ?? [];
    if (what === undefined || client === undefined) return;
    try {
      await intake?.takeNotice(what === "silent" ? "client-silent" : "client-covered", client);
    } catch (cause) {
      say(
        `a client was noticed, which the log does not take: ${cause instanceof Error ? cause.message : "unknown"}`,
      );
    }
  };
  return {
    recordWith(one: Intake | undefined) {
      intake = one;
      for (const text of waiting) void record(text);
      waiting = [];
    },
    take(text: string) {
      if (intake === undefined) waiting = [...waiting, text].slice(-NOTICES_MAX);
      else void record(text);
    },
  };
}

function isSocket(value: unknown): value is Socket {
  return typeof value === "object" && value !== null && "resume" in value;
}

/** The project of a request by the directory in which the client was started. */
function callerOf(request: IncomingMessage): Project | { readonly rejected: RejectionCode } {
  const text = decoded(request.headers[DIRECTORY_HEADER]);
  if (!isAbsolute(text) || text.length > PATH_CHARS_MAX || text.includes("\0"))
    return { rejected: "malformed-http" };
  return sharedProject(realPathOrClean(text));
}

function decoded(header: string | readonly string[] | undefined): string {
  return typeof header === "string" ? Buffer.from(header, "base64url").toString("utf8") : "";
}

/** WHY without a proof: the connection is the account's own, and so is the environment that it tells of. */
function readReport(header: string) {
  const schema = v.pipe(v.string(), v.parseJson(), environmentReportSchema);
  const read = v.safeParse(schema, Buffer.from(header, "base64url").toString("utf8"));
  return read.success ? read.output : undefined;
}

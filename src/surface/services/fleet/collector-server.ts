// The collector: takes batches from machines that show a certificate, and answers when they are stored.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { Failure } from "#base/failure.ts";
import { FLEET_BATCH_BYTES_MAX } from "#base/limits.ts";
import { parseBatch } from "#record/fleet/batch-wire.ts";
import { parseErasure } from "#record/fleet/fleet-erasure.ts";
import { seenIn } from "#record/fleet/host-days.ts";
import { parseHostReport, REPORT_BYTES_MAX } from "#record/fleet/host-report.ts";
import {
  cannotListen,
  listenAt,
  minutely,
  readBody,
  refusedText,
  secureWebServer,
} from "../../foundation/network/listening.ts";
import type { FleetStore } from "./fleet-store.ts";
import type { HostStore } from "./host-store.ts";
import { isTenantName } from "./postgres-setup.ts";

const BODY_MS_MAX = 30_000;
const REST_MS_MAX = 5_000;
/** WHY so many from one address: all machines of an office may come from one. */
const SHARES = { connections: 2_048, perPeer: 1_024, reserved: 0 };
/** Batches that are worked on at once: more would only wait for the store, with their bytes in memory. */
const BATCHES_MAX = 16;
/** WHY of one machine: one with a slow line, or that sends what never ends, keeps no other out. */
const BATCHES_OF_MACHINE_MAX = 4;
const MINUTE_MS = 60_000;
const TREE = /^[!-~]{1,200}$/;

/** Names of machines, as their certificate says them. */
const MACHINE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Reports that a machine hands in within a minute; it sends one every ninety seconds. */
const REPORTS_PER_MINUTE = 4;

export type CollectorOptions = {
  readonly store: FleetStore;
  /** Where reports of machines are kept; without it none are taken. */
  readonly hosts?: HostStore | undefined;
  readonly host: string;
  readonly port: number;
  /** Certificate and key of the collector, and the authority that signs those of machines, in PEM. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Entries in a minute for each tenant. */
  readonly eventsPerMinute: (tenant: string) => number;
  readonly nowMs: () => number;
  /** Told of what an operator should know: refused logs, a store that fails. Names no content. */
  readonly report: (line: string) => void;
};

export type Collector = {
  readonly port: number;
  /** Reports of machines since it began. */
  reports(): ReportCounts;
  close(): Promise<void>;
};

/** `bad` were no reports, `early` came too soon after others. */
export type ReportCounts = { readonly taken: number; readonly bad: number; readonly early: number };

/** Whose machine hands in: the certificate's organisation is the tenant, its common name the machine. */
type Sender = { readonly tenant: string; readonly machine: string };

/** Listens. Rejects when the port is taken or the certificate is none. */
export async function serveCollector(options: CollectorOptions): Promise<Collector> {
  const { host, port, tls } = options;
  const desk = createReportDesk(options);
  const answer = createAnswer(options, desk);
  const server = secureWebServer(
    { headMs: BODY_MS_MAX, requestMs: BODY_MS_MAX, restMs: REST_MS_MAX, headBytes: 8_192 },
    { ...tls, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.3" },
    (request, response) => void answer(request, response),
  );
  server.on("clientError", (_cause, socket) => socket.destroy());
  const turnedAway = minutely((count) => options.report(refusedText(count)));
  const listening = await listenAt(server, {
    host,
    port,
    shares: SHARES,
    refused: turnedAway.note,
    failure: cannotListen("collector", options, "choose another port"),
  });
  return {
    port: listening.port,
    reports: () => ({ ...desk.counts }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2_000).unref();
      }),
  };
}

function createAnswer(options: CollectorOptions, desk: ReportDesk) {
  const quota = createQuota(options);
  let working = 0;
  const byMachine = new Map<string, number>();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on("error", () => undefined);
    const sender = senderOf(request.socket as TLSSocket);
    if (sender === undefined)
      return send(response, 403, {
        error: "the certificate names no tenant as organisation and no machine as common name",
      });
    const tree = /^\/v1\/trees\/([^/]{1,600})$/.exec(request.url ?? "")?.[1];
    try {
      if (request.method === "GET" && tree !== undefined) {
        const name = decoded(tree);
        if (name === undefined) return send(response, 400, { error: "that is no name of a log" });
        const state = await options.store.tree(sender.tenant, name);
        return send(response, 200, { next: state?.next ?? 0 });
      }
      if (request.url === "/v1/erasures" && request.method === "POST")
        return await takeErasure(request, response, sender, options);
      if (request.url === "/v1/reports" && request.method === "POST")
        return await desk.take(request, response, sender);
      if (request.url !== "/v1/batches") return send(response, 404, { error: "no such call" });
      if (request.method !== "POST") return send(response, 405, { error: "post it" });
      const machine = `${sender.tenant}/${sender.machine}`;
      const own = byMachine.get(machine) ?? 0;
      if (working >= BATCHES_MAX || own >= BATCHES_OF_MACHINE_MAX) return busy(response, 1);
      working += 1;
      byMachine.set(machine, own + 1);
      try {
        return await takeBatch(request, response, sender, { options, quota });
      } finally {
        working -= 1;
        const left = (byMachine.get(machine) ?? 1) - 1;
        if (left > 0) byMachine.set(machine, left);
        else byMachine.delete(machine);
      }
    } catch (error) {
      const isTenant = error instanceof Failure && error.code === "fleet-tenant";
      if (error instanceof Failure && error.code === "fleet-setup") {
        options.report(`an erasure of ${sender.tenant}/${sender.machine} waits: ${error.message}`);
        const body = { kind: "setup", error: error.message };
        return send(response, 503, body, { "Retry-After": "300" });
      }
      options.report(
        isTenant
          ? `the store is not open for the tenant ${sender.tenant}`
          : `a batch of ${sender.tenant}/${sender.machine} was not stored: ${error instanceof Failure ? error.message : "the store does not answer"}`,
      );
      if (isTenant) send(response, 403, { error: "the store is not open for this tenant" });
      else send(response, 503, { error: "the store does not answer" }, { "Retry-After": "5" });
    }
  };
}

async function takeBatch(
  request: IncomingMessage,
  response: ServerResponse,
  { tenant, machine }: Sender,
  {
    options,
    quota,
  }: { readonly options: CollectorOptions; readonly quota: ReturnType<typeof createQuota> },
): Promise<void> {
  const body = await readBody(request, FLEET_BATCH_BYTES_MAX);
  if (body === undefined)
    return send(
      response,
      413,
      { error: `a batch has at most ${FLEET_BATCH_BYTES_MAX} bytes` },
      CLOSE,
    );
  const batch = parseBatch(body.toString("utf8"));
  if (batch === undefined) return send(response, 400, { error: "that is no batch of entries" });
  const waitS = quota(tenant, batch.entries.length);
  if (waitS > 0) return busy(response, waitS);
  const appended = await options.store.append(tenant, machine, batch);
  if (appended.kind === "stored") return send(response, 200, appended);
  if (appended.kind !== "gap")
    options.report(
      `${tenant}/${machine}: the log ${batch.tree} was refused at place ${appended.next} (${appended.kind})`,
    );
  send(response, 409, appended);
}

const ERASURE_BYTES_MAX = 64 * 1024;

/** Answers 200 when it is done and 202 while entries of the log are on their way into the store. */
async function takeErasure(
  request: IncomingMessage,
  response: ServerResponse,
  { tenant, machine }: Sender,
  { store, report }: CollectorOptions,
): Promise<void> {
  const body = await readBody(request, ERASURE_BYTES_MAX);
  const erasure = body === undefined ? undefined : parseErasure(body.toString("utf8"));
  if (erasure === undefined)
    return send(response, 400, { error: "that is no erasure" }, body === undefined ? CLOSE : {});
  const erased = await store.erase(tenant, machine, erasure);
  if (erased.kind === "other-writer") return send(response, 409, erased);
  if (erased.kind === "waiting") return send(response, 202, erased, { "Retry-After": "2" });
  report(`${tenant}/${machine}: people were erased from ${erased.events} entries`);
  send(response, 200, erased);
}

type ReportDesk = ReturnType<typeof createReportDesk>;

/** Takes reports of machines, as many as one has to send. */
function createReportDesk({ hosts, nowMs, report }: CollectorOptions) {
  const counts = { taken: 0, bad: 0, early: 0 };
  const inMinute = new Map<string, number>();
  let minute = 0;
  let toldMinute = 0;
  const isEarly = ({ tenant, machine }: Sender): boolean => {
    const now = Math.floor(nowMs() / MINUTE_MS);
    if (now !== minute) inMinute.clear();
    minute = now;
    const count = (inMinute.get(`${tenant}/${machine}`) ?? 0) + 1;
    inMinute.set(`${tenant}/${machine}`, count);
    return count > REPORTS_PER_MINUTE;
  };
  return {
    counts,
    async take(request: IncomingMessage, response: ServerResponse, sender: Sender): Promise<void> {
      const { tenant, machine } = sender;
      if (hosts === undefined)
        return send(response, 404, { error: "this collector keeps no reports of machines" }, CLOSE);
      if (isEarly(sender)) {
        counts.early += 1;
        return send(
          response,
          429,
          { error: "too many reports" },
          { "Retry-After": "60", ...CLOSE },
        );
      }
      const body = await readBody(request, REPORT_BYTES_MAX);
      const parsed = body === undefined ? undefined : parseHostReport(body.toString("utf8"));
      if (parsed === undefined) {
        counts.bad += 1;
        // Once a minute: a machine that talks nonsense fills no journal.
        if (toldMinute !== minute) report(`${tenant}/${machine}: what it sent is no report`);
        toldMinute = minute;
        return send(response, 400, { error: "that is no report" }, CLOSE);
      }
      const { host, days } = seenIn(parsed, machine, nowMs());
      if (!hosts.take(tenant, host, days))
        return send(
          response,
          429,
          { error: "the tenant has too many machines" },
          { "Retry-After": "300", ...CLOSE },
        );
      counts.taken += 1;
      send(response, 200, {});
    },
  };
}

const CLOSE = { Connection: "close" };

function busy(response: ServerResponse, waitS: number): void {
  send(response, 429, { error: "more than is taken now" }, { "Retry-After": String(waitS) });
}

/** INVARIANT: the tenant comes from the certificate alone; nothing in a request can name another. */
function senderOf(socket: TLSSocket): Sender | undefined {
  if (!socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  const { O: tenant, CN: machine } = (subject ?? {}) as unknown as Readonly<
    Record<string, unknown>
  >;
  return typeof tenant === "string" &&
    typeof machine === "string" &&
    isTenantName(tenant) &&
    MACHINE.test(machine)
    ? { tenant, machine }
    : undefined;
}

function decoded(text: string): string | undefined {
  try {
    const name = decodeURIComponent(text);
    return TREE.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** A bucket of a minute's entries for each tenant; a batch may overdraw it once, and then waits. */
function createQuota({
  eventsPerMinute,
  nowMs,
}: Pick<CollectorOptions, "eventsPerMinute" | "nowMs">): (
  tenant: string,
  events: number,
) => number {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return (tenant, events) => {
    const most = eventsPerMinute(tenant);
    const now = nowMs();
    const bucket = buckets.get(tenant) ?? { left: most, atMs: now };
    const passedMs = Math.max(0, now - bucket.atMs);
    bucket.left = Math.min(most, bucket.left + (most * passedMs) / MINUTE_MS);
    bucket.atMs = now;
    buckets.set(tenant, bucket);
    if (bucket.left <= 0) return Math.max(1, Math.ceil((-bucket.left / most) * 60));
    bucket.left -= events;
    return 0;
  };
}

function send(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) return;
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

// Handing a log in to a collector: from where the collector is, in batches, each sent again until it is stored.
import { Agent, request } from "node:https";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import { FLEET_BATCH_BYTES_MAX, FLEET_BATCH_ENTRIES_MAX } from "#base/limits.ts";
import { afterSlice } from "#record/delivery/slices.ts";
import { formatBatch, formatEntry } from "#record/fleet/batch-wire.ts";
import { TILE_WIDTH } from "#record/log/layout.ts";
import { HASH_BYTES, hashLeaf } from "#record/log/tree.ts";
import type { FollowedLog } from "#record/store/index/index-follow.ts";
import { createRowMaker } from "#record/store/index/index-follow.ts";
import { readEntries, tileSource } from "#record/store/log-reader.ts";

/** Where a machine hands its log in, with the certificate that it shows, in PEM. */
export type CollectorPlace = {
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
};

const ANSWER_MS_MAX = 30_000;
const ANSWER_BYTES_MAX = 64 * 1024;
/** Bytes after which a batch is closed: one entry more never takes it past what is taken. */
const BATCH_BYTES = FLEET_BATCH_BYTES_MAX / 4;

/** Where handing in stands; `next` is undefined where the collector did not say. `refused` stays until somebody looks into it. */
export type Forwarded =
  | { readonly kind: "done"; readonly next: number; readonly sent: number }
  | { readonly kind: "wait"; readonly next: number | undefined; readonly seconds: number }
  | { readonly kind: "refused"; readonly next: number | undefined; readonly why: string };

export type Forwarder = {
  /** Hands in what the log has and the collector does not. Rejects with a Failure `collector` when it is not reached. */
  pass(log: FollowedLog, isEnded?: () => boolean): Promise<Forwarded>;
  /** Asks for people to be taken out of what was handed in of a log. Rejects as `pass` does. */
  erase(tree: string, subjects: readonly string[]): Promise<Erased>;
  close(): void;
};

/**
 * `waiting` as long as entries of the log are on their way there: nothing is handed in until it has answered otherwise. `why`
 * where a person has to do something for it.
 */
export type Erased =
  | { readonly kind: "erased"; readonly events: number }
  | { readonly kind: "waiting"; readonly why?: string }
  | { readonly kind: "refused"; readonly why: string };

/** What a collector's store that cannot erase yet needs. */
const SETUP_NEEDED =
  "the collector's store is older than erasures: its owner runs `sallyport collector setup`";

const Answer = v.object({
  next: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  kind: v.optional(v.string()),
  events: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  error: v.optional(v.string()),
});

/** Builds it; nothing is sent before the first pass. The collector alone remembers how far it is. */
export function createForwarder(place: CollectorPlace): Forwarder {
  const { ca, cert, key } = place;
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, cert, key, minVersion: "TLSv1.3" });
  const ask = (method: string, path: string, body?: string) =>
    call({ url: `${place.url}${path}`, method, body, agent });
  return {
    async pass(log, isEnded = () => false) {
      const asked = await ask("GET", `/v1/trees/${encodeURIComponent(log.origin)}`);
      if (asked.status !== 200) return stopped(asked, undefined);
      let next = Math.max(asked.next ?? 0, log.first);
      if ((asked.next ?? 0) > log.size)
        return {
          kind: "refused",
          next: undefined,
          why: "the collector has more entries than the log: the log was cut or put back",
        };
      let sent = 0;
      // A batch never waits in memory for the one before it.
      while (next < log.size && !isEnded()) {
        const batch = await batchFrom(log, next);
        const answer = await ask("POST", "/v1/batches", batch.text);
        if (answer.status === 409 && answer.kind === "gap" && (answer.next ?? next) < next) {
          next = Math.max(answer.next ?? 0, log.first);
          continue;
        }
        if (answer.status !== 200 || (answer.next ?? 0) <= next) return stopped(answer, next);
        sent += batch.count;
        next = answer.next ?? next;
      }
      return { kind: "done", next, sent };
    },
    async erase(tree, subjects) {
      const answer = await ask("POST", "/v1/erasures", JSON.stringify({ tree, subjects }));
      if (answer.status === 200) return { kind: "erased", events: answer.events ?? 0 };
      if (answer.status === 503 && answer.kind === "setup")
        return { kind: "waiting", why: SETUP_NEEDED };
      if ([202, 429, 503].includes(answer.status)) return { kind: "waiting" };
      return { kind: "refused", why: `the collector answered ${answer.status}` };
    },
    close: () => agent.destroy(),
  };
}

/** What became of a report. `unknown`: this collector keeps none. */
export type Reported =
  | { readonly kind: "taken" | "unknown" }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "refused"; readonly why: string };

export type Reporter = {
  /** Hands a report in. Rejects with a Failure `collector` when the collector is not reached. */
  report(text: string): Promise<Reported>;
  close(): void;
};

/**
 * Builds what hands in reports. WHY no connection that is kept: ten thousand of them would be the collector's memory; the session of
 * the one before is gone on with, which saves the certificates.
 */
export function createReporter({ url, ca, cert, key }: CollectorPlace): Reporter {
  const agent = new Agent({ maxSockets: 1, ca, cert, key, minVersion: "TLSv1.3" });
  return {
    async report(body) {
      const answer = await call({ url: `${url}/v1/reports`, method: "POST", body, agent });
      const { status, waitS } = answer;
      if (status === 200) return { kind: "taken" };
      if (status === 404) return { kind: "unknown" };
      if (status === 429 || status === 503) return { kind: "wait", seconds: waitS };
      return { kind: "refused", why: `the collector answered ${status}` };
    },
    close: () => agent.destroy(),
  };
}

type Answered = v.InferOutput<typeof Answer> & { readonly status: number; readonly waitS: number };

function stopped(answer: Answered, next: number | undefined): Forwarded {
  if (answer.status === 429 || answer.status === 503)
    return { kind: "wait", next, seconds: answer.waitS };
  const why =
    answer.kind === "fork"
      ? "the collector holds other entries at these places: the log was rewritten or has two writers"
      : answer.kind === "other-writer"
        ? "another machine hands this log in: its directory was copied"
        : `the collector answered ${answer.status}`;
  return { kind: "refused", next, why };
}

/** Entries from a place on, as many as go into one batch, joined to what stands before them. */
async function batchFrom(
  log: FollowedLog,
  from: number,
): Promise<{ readonly text: string; readonly count: number }> {
  // What calls said stays here: no stand-in of it leaves.
  const { subjects } = log.opening;
  const rowOf = createRowMaker({ subjects, texts: undefined, standIn: undefined });
  const entries: string[] = [];
  let bytes = 0;
  const end = Math.min(log.size, from + FLEET_BATCH_ENTRIES_MAX);
  for await (const { index, bytes: leaf } of readEntries(log.files, log.size, from, end)) {
    const hash = Buffer.from(hashLeaf(leaf)).toString("hex");
    const text = formatEntry({ row: rowOf(index, leaf), hash });
    entries.push(text);
    bytes += Buffer.byteLength(text);
    await afterSlice(entries.length);
    if (bytes >= BATCH_BYTES) break;
  }
  const previous = from === 0 ? "" : await leafHash(log, from - 1);
  const head = { tree: log.origin, first: log.first, previous };
  return { text: formatBatch(head, entries), count: entries.length };
}

/** The hash of an entry, which stays in its tile when the entry itself was removed. */
async function leafHash({ files, size }: FollowedLog, index: number): Promise<string> {
  const width = (index % TILE_WIDTH) + 1;
  const tile = { level: 0, index: Math.floor(index / TILE_WIDTH), width };
  const bytes = await tileSource(files, size)(tile);
  return Buffer.from(bytes.subarray((width - 1) * HASH_BYTES, width * HASH_BYTES)).toString("hex");
}

function call(asked: {
  readonly url: string;
  readonly method: string;
  readonly body: string | undefined;
  readonly agent: Agent;
}): Promise<Answered> {
  const { url, method, body, agent } = asked;
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      const { code } = (cause ?? {}) as { code?: unknown };
      const word = typeof code === "string" ? code : "no answer";
      reject(new Failure("collector", `the collector is not reached (${word})`, { cause }));
    };
    const sent = request(
      url,
      {
        method,
        agent,
        timeout: ANSWER_MS_MAX,
        headers: body === undefined ? {} : { "Content-Type": "application/json" },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
          if (text.length > ANSWER_BYTES_MAX) sent.destroy(new Error("too long an answer"));
        });
        response.on("error", fail);
        response.on("end", () => {
          const parsed = v.safeParse(Answer, readJson(text));
          const waitS = Number(response.headers["retry-after"] ?? 5);
          resolve({
            ...(parsed.success ? parsed.output : {}),
            status: response.statusCode ?? 0,
            waitS: Number.isFinite(waitS) ? Math.min(300, Math.max(1, waitS)) : 5,
          });
        });
      },
    );
    sent.on("timeout", () => sent.destroy(new Error("too slow")));
    sent.on("error", fail);
    sent.end(body);
  });
}

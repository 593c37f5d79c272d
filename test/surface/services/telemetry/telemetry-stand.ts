// A real daemon that takes telemetry, with a log that is a list: for tests of what comes in over the wire.
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { join } from "node:path";
import type { AuditEvent, EventStamp } from "#record/event/event.ts";
import { makeEventId } from "#record/log/leaf.ts";
import { runDaemon } from "#surface/daemon/run-daemon.ts";
import { createIntake } from "#surface/services/telemetry/intake.ts";
import { createJoin, type LookUp } from "#surface/services/telemetry/join.ts";
import { createSequenceBook } from "#surface/services/telemetry/sequences.ts";
import { createUsageBook } from "#surface/services/telemetry/usage.ts";
import { freshDirectory, installOn, plainPorts } from "../../daemon/daemon-stand.ts";

/** A stamp whose pseudonyms show what they stand for. */
export const plainStamp = (): EventStamp => ({
  id: makeEventId(1_795_243_331_547, new Uint8Array(10)),
  timeMs: 1_795_243_331_547,
  product: "0.0.0",
  submitter: "telemetry",
  pseudonym: (domain, text) => `${domain}/${text}`,
  digest: (_, text) => `digest-${text.length}`,
  mark: () => () => "AAAAAAAA",
});

/** An intake over a list, at a time that the test sets. */
export function openIntake(lookUp: LookUp = async () => "nothing") {
  const events: AuditEvent[] = [];
  const time = { nowMs: 1_795_243_331_547, aheadMs: 0 };
  const state = { isFailing: false };
  const join = createJoin(lookUp);
  const usage = createUsageBook();
  const intake = createIntake({
    stamp: plainStamp,
    user: "ada",
    async write(written) {
      if (state.isFailing) throw new Error("the disk is full");
      events.push(...written);
    },
    join,
    sequences: createSequenceBook(0, () => time.nowMs),
    usage,
    nowMs: () => time.nowMs,
  });
  const of = (kind: string) =>
    events.map(({ metadata }) => metadata).filter((metadata) => metadata.kind === kind);
  return { events, time, state, join, usage, intake, of };
}

export type Answered = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
};

/** Starts a daemon that takes telemetry. */
export async function openTelemetryStand() {
  const directory = freshDirectory();
  const install = await installOn(directory.path);
  const inside = openIntake();
  const ports = plainPorts([]);
  const { intake, usage } = inside;
  const run = await runDaemon(install, {
    compose: async () => ({ ports, telemetry: { intake, usage }, close: async () => undefined }),
    findProject: () => undefined,
    clock: {
      nowMs: () => ports.clock.nowMs(),
      monotonicMs: () => ports.clock.monotonicMs() + inside.time.aheadMs,
    },
    version: "0.0.0",
    say: () => undefined,
  });
  if (run.kind !== "running") throw new Error("the daemon did not start");
  await run.ready();
  const token = readFileSync(join(install.directories.keys, "telemetry.secret"), "utf8").trim();
  const authority = `127.0.0.1:${install.port}`;
  return {
    ...inside,
    token,
    post(
      path: string,
      body: Uint8Array | string,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Answered> {
      const all = {
        "content-type": "application/json",
        "x-sallyport-telemetry": token,
        ...headers,
      };
      return new Promise((resolve, reject) => {
        const sent = request(
          `https://${authority}${path}`,
          { method: "POST", ca: install.authority, headers: all, agent: false },
          (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(chunks),
              }),
            );
          },
        );
        // A request that is refused early is cut behind its answer.
        sent.on("error", (cause) => setTimeout(() => reject(cause), 200).unref());
        sent.end(body);
      });
    },
    /** One gRPC call; gives what arrived and all headers and trailers of the answer. */
    call(
      path: string,
      bytes: Uint8Array,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<{ readonly headers: IncomingHttpHeaders; readonly body: Buffer }> {
      return new Promise((resolve, reject) => {
        const session = connect(`https://${authority}`, { ca: install.authority });
        session.on("error", reject);
        const stream = session.request({
          ":method": "POST",
          ":path": path,
          "content-type": "application/grpc",
          te: "trailers",
          "x-sallyport-telemetry": token,
          ...headers,
        });
        let answered: IncomingHttpHeaders = {};
        const chunks: Buffer[] = [];
        stream.on("response", (found) => {
          answered = { ...answered, ...found };
        });
        stream.on("trailers", (found) => {
          answered = { ...answered, ...found };
        });
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("error", () => undefined);
        stream.on("close", () => {
          session.destroy();
          resolve({ headers: answered, body: Buffer.concat(chunks) });
        });
        stream.end(bytes);
      });
    },
    async close() {
      await run.stop();
      directory.remove();
    },
  };
}

// The daemon's part that keeps the log delivered: once a second it looks at what is due.
import { randomBytes } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import { hostName } from "#platform/host.ts";
import { homeDirectory } from "#platform/user.ts";
import { type DeliveryReason, deliveryEvent } from "#record/event/delivery-events.ts";
import type { Subject } from "#record/log/subject.ts";
import { openExportSource } from "#record/store/export-source.ts";
import type { Log } from "#record/store/writing-log.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { fetchIn } from "../secrets/providers/fetch-secret.ts";
import type { DeliveryNews } from "./steady-news.ts";
import { createExporting, passProblem } from "./exporting.ts";
import { createFindKeys, jobOf } from "./join-keys.ts";

const PASS_MS = 1_000;

/** Has the log delivered to the targets of the data directory; the function ends it. Answers to hooks never wait for it. */
export function keepExported(
  directories: Directories,
  log: Log,
  parts: {
    readonly clock: Clock;
    readonly installSubject: Subject;
    readonly say: (line: string) => void;
  },
): () => void {
  const { clock, installSubject, say } = parts;
  const size = () => Promise.resolve(log.status().published);
  const exporting = createExporting({
    file: directories.exportsFile,
    directory: directories.exports,
    size,
    installSubject,
    origin: log.verifierKey.split("+")[0] ?? "",
    source: openExportSource(directories.log, directories.keys, size),
    keys: createFindKeys({
      host: hostName(),
      job: jobOf(process.env),
      home: homeDirectory(),
      nowMs: clock.nowMs,
    }),
    fetchSecret: fetchIn(log),
    nowMs: clock.nowMs,
    chance: () => randomBytes(4).readUInt32BE() / 2 ** 32,
    report(target, news) {
      if (news.what !== "delivering") say(`export ${target}: ${news.what} (${news.reason})`);
      const event = deliveryEvent(log.stamp("daemon"), {
        what: news.what,
        target,
        count: news.count,
        ...reasonOf(news),
      });
      void log.append(event, { durable: false }).catch(() => undefined);
    },
  });
  let lastProblem: string | undefined;
  const pass = () =>
    void exporting.pass().then(
      () => {
        lastProblem = undefined;
      },
      (cause: unknown) => {
        const problem = passProblem(cause);
        if (problem !== lastProblem) say(`the log is not exported: ${problem}`);
        lastProblem = problem;
      },
    );
  const timer = setInterval(pass, PASS_MS).unref();
  return () => {
    clearInterval(timer);
    exporting.close();
  };
}

function reasonOf({ what, reason }: DeliveryNews): {
  readonly reason: DeliveryReason;
  readonly status?: number;
} {
  if (what === "dead") return { reason: "refused" };
  if (what === "missed") return { reason: "removed" };
  if (what !== "failing") return { reason: "none" };
  const status = /\banswers (\d{3})\b/.exec(reason)?.[1];
  if (status !== undefined) return { reason: "status", status: Number(status) };
  return { reason: reason.startsWith("cannot be used") ? "unusable" : "unreachable" };
}

// Takes export requests of OTLP, whatever carried them: who may send, how much, and what is answered.
import { type Encoding, readExport, type Signal } from "#record/otlp/export-request.ts";
import { TELEMETRY_HEADER } from "#govern/settings/telemetry-variables.ts";
import { equalSecrets } from "../installation/install.ts";
import type { Intake, Taken } from "./intake.ts";
import type { UsageBook } from "./usage.ts";

/** Requests that are taken at once; each holds its body. */
const REQUESTS_MAX = 8;
/** Items a second that are taken in the long run, and how many at once before that. One client sends some tens. */
const ITEMS_PER_SECOND = 20_000;
const ITEMS_AT_ONCE = 100_000;
/** Seconds after which a sender that is turned away may come again. */
export const RETRY_AFTER_S = 2;

/** What became of a request. `busy` and `failing` mean: send it again later. */
export type Outcome =
  | { readonly kind: "taken"; readonly taken: Taken }
  | { readonly kind: "malformed" | "busy" | "failing" };

export type Receiver = {
  /** Whether the headers of a request show the token. */
  isKnown(headers: Readonly<Record<string, string | string[] | undefined>>): boolean;
  /** Whether another request may come in now; call the result when it is done. */
  begin(): (() => void) | undefined;
  /** Takes an unpacked body. Never throws. */
  take(signal: Signal, encoding: Encoding, bytes: Buffer): Promise<Outcome>;
};

/** Builds the receiver. `intake` rejects while the daemon's parts are not up. */
export function createReceiver(options: {
  readonly token: string;
  readonly intake: () => Promise<{ readonly intake: Intake; readonly usage: UsageBook }>;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  readonly itemsPerSecond?: number;
}): Receiver {
  const { token, intake, nowMs, monotonicMs, itemsPerSecond = ITEMS_PER_SECOND } = options;
  let underWay = 0;
  let room = ITEMS_AT_ONCE;
  let filledMs = monotonicMs();
  /** WHY after reading: only then is it known how many items there are; the next request waits for what this one took. */
  const spend = (items: number): void => {
    room -= items;
  };
  const hasRoom = (): boolean => {
    const now = monotonicMs();
    room = Math.min(ITEMS_AT_ONCE, room + ((now - filledMs) / 1_000) * itemsPerSecond);
    filledMs = now;
    return room > 0;
  };
  const put = async (signal: Signal, encoding: Encoding, bytes: Buffer): Promise<Outcome> => {
    const parts = await intake();
    const { usage } = parts;
    const read = readExport(signal, encoding, bytes);
    usage.touch(nowMs());
    if (read.kind === "fault") {
      usage.countRejected(1);
      return { kind: "malformed" };
    }
    const { items, foreign, omitted } = read;
    spend(items.length + foreign + omitted);
    usage.countForeign(foreign);
    const taken = await takeItems(parts.intake, signal, items);
    const rejected = taken.rejected + omitted;
    usage.countRejected(rejected);
    const why = omitted > 0 ? "more items than one request may hold" : taken.why;
    return { kind: "taken", taken: { rejected, why } };
  };
  return {
    isKnown(headers) {
      const given = tokenIn(headers);
      return given !== undefined && equalSecrets(given, token);
    },
    begin() {
      if (underWay >= REQUESTS_MAX || !hasRoom()) return undefined;
      underWay++;
      return () => {
        underWay--;
      };
    },
    take: (signal, encoding, bytes) =>
      put(signal, encoding, bytes).catch((): Outcome => ({ kind: "failing" })),
  };
}

function takeItems(
  intake: Intake,
  signal: Signal,
  items: readonly unknown[],
): Promise<Taken> | Taken {
  switch (signal) {
    case "logs":
      return intake.takeLogs(items as Parameters<Intake["takeLogs"]>[0]);
    case "metrics":
      return intake.takeMetrics(items as Parameters<Intake["takeMetrics"]>[0]);
    case "traces":
      return intake.takeSpans(items as Parameters<Intake["takeSpans"]>[0]);
    default:
      return signal satisfies never;
  }
}

/** WHY `%20` too: the client's HTTP exporters send the value of the variable as it stands there, its gRPC one decodes it. */
function tokenIn(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): string | undefined {
  const own = headers[TELEMETRY_HEADER];
  const given = typeof own === "string" && own !== "" ? own : headers["authorization"];
  if (typeof given !== "string") return undefined;
  return /^(?:Bearer(?: |%20))?([A-Za-z0-9_-]{16,256})$/.exec(given)?.[1];
}

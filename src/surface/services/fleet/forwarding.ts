// The daemon's side of a collector: where this machine hands its log in, and doing so while the daemon runs.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { readJson } from "#base/json.ts";
import type { AwaitedEntries } from "#govern/retention/plan.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { openAskedLog } from "#record/store/index/asked-log.ts";
import { readVerifier } from "#record/store/keys.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { type ForwardedMark, readForwardedMark, writeForwardedMark } from "./forwarded.ts";
import {
  type CollectorPlace,
  createForwarder,
  type Forwarded,
  type Forwarder,
} from "./forwarder.ts";

/** The first time soon after the start, and not while the first calls wait. */
const PAUSES = { startMs: 3_000, intervalMs: 2_000 };
/** After a refusal nothing changes by itself; after a failure the next try waits twice as long each time. */
const REFUSED_MS = 300_000;
const BACK_OFF_MS_MAX = 60_000;
/** Nothing came into the log: the collector is asked how far it is this often. WHY: of ten thousand machines most are idle. */
const ASK_MS = 60_000;
/** Nothing changed: the time of what is known is written again this often. */
const MARK_MS = 60_000;

const pem = v.pipe(v.string(), v.maxLength(256 * 1024));
const Schema = v.strictObject({
  url: v.pipe(v.string(), v.maxLength(2_048)),
  ca: pem,
  cert: pem,
  key: pem,
});

/** Where the log goes; undefined while it goes nowhere. Throws a Failure when the file is not ours or not one. */
export function readForwarding(file: string): CollectorPlace | undefined {
  const text = readPrivateFile(file, { secret: true });
  if (text === undefined) return undefined;
  const parsed = v.safeParse(Schema, readJson(text));
  if (parsed.success) return { ...parsed.output, url: checkCollectorUrl(parsed.output.url) };
  throw new Failure(
    "collector",
    `\`${file}\` does not say where the log goes: \`sallyport collector join\` writes it anew`,
  );
}

/** The collector's name where targets are named. */
export const COLLECTOR = "collector";

/**
 * From where on the collector has not got the log; empty where it goes to none. A mark of another collector or another log
 * says nothing: then all is awaited. Throws a Failure where it cannot be read where the log goes.
 */
export async function awaitedByCollector(
  places: Pick<Directories, "forwardingFile" | "forwardedFile" | "keys">,
): Promise<readonly AwaitedEntries[]> {
  const place = readForwarding(places.forwardingFile);
  if (place === undefined) return [];
  const origin = (await readVerifier(places.keys))?.name;
  const mark = readForwardedMark(places.forwardedFile);
  const isOurs = mark !== undefined && mark.url === place.url && mark.tree === origin;
  return [{ target: COLLECTOR, next: isOurs ? mark.next : 0 }];
}

/** Writes it for our user alone: it holds the machine's key. */
export function writeForwarding(file: string, place: CollectorPlace): void {
  writePrivateFile(file, `${JSON.stringify(place, null, 2)}\n`);
}

/** An address of a collector, without the slash at its end. */
export function checkCollectorUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined &&
    url.protocol === "https:" &&
    [url.username, url.password, url.search, url.hash].every((part) => part === "");
  if (isPlain) return url.href.replace(/\/+$/, "");
  throw new Failure("usage", "the address of a collector is `https://HOST:PORT`");
}

/**
 * Hands the log in from now on, as far as the file says where; the function ends it. Answers to hooks never wait for it.
 * Before each time `settle` asks for what else is due there, and says whether handing in may go on.
 */
export function keepForwarded(
  directories: Pick<Directories, "forwardingFile" | "forwardedFile" | "log" | "keys">,
  say: (line: string) => void,
  given: {
    readonly startMs?: number;
    readonly intervalMs?: number;
    readonly askMs?: number;
    readonly settle?: (forwarder: Forwarder, tree: string) => Promise<boolean>;
  } = {},
): () => Promise<void> {
  let current: { readonly place: string; readonly forwarder: Forwarder } | undefined;
  let last = "";
  const mark = createMark(directories.forwardedFile);
  const { startMs, intervalMs, askMs, settle } = {
    ...PAUSES,
    askMs: ASK_MS,
    settle: async () => true,
    ...given,
  };
  /** Until when a log of this size needs no question; by the monotonic clock. */
  let quiet = { size: -1, untilMs: 0 };
  let backOffMs = intervalMs;
  let isEnded = false;
  let timer: NodeJS.Timeout | undefined;
  let passing: Promise<void> = Promise.resolve();
  const pass = async (): Promise<number> => {
    const place = readForwarding(directories.forwardingFile);
    const name = JSON.stringify(place);
    if (current !== undefined && current.place !== name) {
      current.forwarder.close();
      current = undefined;
      quiet = { size: -1, untilMs: 0 };
    }
    if (place === undefined) return intervalMs * 5;
    current ??= { place: name, forwarder: createForwarder(place) };
    const { forwarder } = current;
    const log = await (await openAskedLog(directories)).follow();
    mark.begin(place.url, log.origin);
    if (!(await settle(forwarder, log.origin))) return intervalMs;
    if (log.size === quiet.size && monotonicMs() < quiet.untilMs) return intervalMs;
    const forwarded = await forwarder.pass(log, () => isEnded);
    const isDone = forwarded.kind === "done" && forwarded.next === log.size;
    quiet = isDone ? { size: log.size, untilMs: monotonicMs() + askMs } : { size: -1, untilMs: 0 };
    const pauseMs = pauseAfter(forwarded);
    mark.put(forwarded.next, last);
    return pauseMs;
  };
  const pauseAfter = (forwarded: Forwarded): number => {
    tell(forwarded.kind === "refused" ? forwarded.why : "");
    if (forwarded.kind === "refused") return REFUSED_MS;
    return forwarded.kind === "wait" ? forwarded.seconds * 1_000 : intervalMs;
  };
  // One line when it begins and one when it ends: a collector that is away for a week fills no file.
  const tell = (trouble: string): void => {
    if (trouble !== last)
      say(trouble === "" ? "the log is handed in again" : `the log is not handed in: ${trouble}`);
    last = trouble;
  };
  const round = async (): Promise<void> => {
    const pauseMs = await pass().then(
      (after) => {
        backOffMs = intervalMs;
        return after;
      },
      (cause: unknown) => {
        tell(cause instanceof Failure ? cause.message : "its files cannot be read");
        mark.put(undefined, last);
        backOffMs = Math.min(BACK_OFF_MS_MAX, backOffMs * 2);
        return backOffMs;
      },
    );
    schedule(pauseMs);
  };
  const schedule = (delayMs: number): void => {
    if (isEnded) return;
    timer = setTimeout(() => {
      passing = round();
    }, delayMs);
    timer.unref();
  };
  schedule(startMs);
  return async () => {
    isEnded = true;
    clearTimeout(timer);
    await Promise.race([passing, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
    current?.forwarder.close();
  };
}

/**
 * Keeps how far the collector is, for those who ask without reaching it. Where it cannot be written, what is there stays: it
 * says less than the collector has, and retention then waits longer.
 */
function createMark(file: string) {
  let about: { readonly url: string; readonly tree: string } | undefined;
  let kept: ForwardedMark | undefined;
  return {
    begin(url: string, tree: string): void {
      if (about?.url === url && about.tree === tree) return;
      about = { url, tree };
      const known = readForwardedMark(file);
      kept = known?.url === url && known.tree === tree ? known : undefined;
    },
    /** `next` is undefined where the collector did not say. */
    put(next: number | undefined, trouble: string): void {
      if (about === undefined || (next === undefined && kept === undefined && trouble === ""))
        return;
      const timeMs = next === undefined ? (kept?.timeMs ?? 0) : Date.now();
      const mark = { ...about, next: next ?? kept?.next ?? 0, timeMs, trouble };
      const isSame = kept?.next === mark.next && kept.trouble === trouble;
      if (isSame && timeMs - (kept?.timeMs ?? 0) < MARK_MS) return;
      try {
        writeForwardedMark(file, mark);
        kept = mark;
      } catch {
        kept = undefined;
      }
    },
  };
}

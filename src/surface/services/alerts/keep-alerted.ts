// The daemon's part that looks at the log as it grows: alerts, incidents of them, and what is to be done without a person.
import { existsSync } from "node:fs";
import * as v from "valibot";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import type { Alert } from "#detect/alert/alert.ts";
import { failureEvent } from "#record/event/guard-events.ts";
import { type LogView, viewLog } from "#record/store/log-view.ts";
import type { Log } from "#record/store/writing-log.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import type { IncidentDesk } from "../incidents/incident-desk.ts";
import { detectionsTrace, readDetections } from "../log/detections.ts";
import { keepProof, proofOf, proofRules } from "./alert-proof.ts";
import { type AlertWatch, createAlertWatch } from "./alert-watch.ts";

/** How often it is looked at what is published, where nothing waits. */
export const PASS_MS = 300;
/** Where more waits than one pass took. WHY not at once: answers to hooks come first. How many events that keeps up with: `npm run bench -- detect`. */
export const BEHIND_MS = 5;
/** How long it waits after a failure: a detection of the site that is wrong stays so until a person repairs it. */
const RETRY_MS = 10_000;
/** WHY later: the daemon is to be ready first. */
export const BEGIN_MS = 2_000;
/** Entries before the last one looked at that correlations begin with after a restart. */
const WARM_ENTRIES = 4_096;
/** After so long nothing waits any more to be put into order. */
const SETTLED_MS = 3_000;
/** How often it is looked whether the site changed its detections. */
const RULES_LOOK_MS = 1_000;
/** Entries of one pass: of more the next pass goes on. */
export const PASS_ENTRIES = 2_048;

const stateSchema = v.strictObject({
  version: v.literal(1),
  next: v.pipe(v.number(), v.integer()),
});

/** What it works with. */
export type AlertParts = {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  readonly desk: Pick<IncidentDesk, "alert">;
};

/** Begins; the function ends it. Answers to hooks never wait for it. */
export function keepAlerted(
  directories: Directories,
  log: Log,
  parts: AlertParts,
): () => Promise<void> {
  const tell = (cause: unknown, consequence: string): string => {
    const problem = cause instanceof Failure ? cause.message : "the log cannot be looked at";
    if (problem === lastProblem) return problem;
    parts.say(`${consequence}: ${problem}`);
    const code = cause instanceof Failure ? cause.code : "log";
    const event = { code: `not-detected-${code}`, where: "alerts", answer: "none" };
    log.append(failureEvent(log.stamp("daemon"), event), { durable: false }).catch(() => undefined);
    return problem;
  };
  const looking = new Looking(directories, log, {
    ...parts,
    unread: (cause) => void tell(cause, "changed detections are not in force"),
  });
  let lastProblem: string | undefined;
  let passing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const pass = async (): Promise<void> => {
    let isBehind = false;
    await looking.pass().then(
      (more) => {
        lastProblem = undefined;
        isBehind = more;
      },
      (cause: unknown) => {
        lastProblem = tell(cause, "nothing is detected");
      },
    );
    if (isClosed) return;
    schedule(lastProblem !== undefined ? RETRY_MS : isBehind ? BEHIND_MS : PASS_MS);
  };
  const schedule = (delayMs: number): void => {
    timer = setTimeout(() => {
      passing = pass();
    }, delayMs);
    timer.unref();
  };
  schedule(BEGIN_MS);
  return async () => {
    isClosed = true;
    clearTimeout(timer);
    await passing;
  };
}

type LookingParts = AlertParts & {
  /** Hears that the site changed its detections and they cannot be read: those before stay in force. */
  readonly unread: (cause: unknown) => void;
};

class Looking {
  readonly #directories: Directories;
  readonly #log: Log;
  readonly #parts: LookingParts;
  #view: LogView | undefined;
  #watch: AlertWatch | undefined;
  #rules = { trace: "", lookedMs: Number.NEGATIVE_INFINITY };
  #next: number;
  #passed: { readonly end: number; readonly atMs: number }[] = [];
  #written: number | undefined;

  constructor(directories: Directories, log: Log, parts: LookingParts) {
    this.#directories = directories;
    this.#log = log;
    this.#parts = parts;
    // What is there before the first daemon that looks is no news: `log detect` finds it.
    this.#next = this.#readState() ?? log.status().published;
    this.#keepPlace(this.#next, true);
  }

  /** Looks at what is new; tells whether more of it waits. */
  async pass(): Promise<boolean> {
    const size = this.#log.status().published;
    if (this.#next > size) this.#next = size;
    const watch = await this.#watchNow();
    const from = this.#next;
    const end = Math.min(size, from + PASS_ENTRIES);
    const found =
      end > from ? await watch.take((await this.#viewNow()).entries(from, end)) : watch.passed();
    for (const alert of found) await this.#tell(alert);
    this.#next = end;
    this.#keepPlace(end, end === from);
    return end < this.#log.status().published;
  }

  /** WHY not the end at once: a correlation may still wait for what comes beside an event, and a crash must not lose it. */
  #keepPlace(end: number, isSettled: boolean): void {
    const nowMs = performance.now();
    this.#passed.push({ end, atMs: nowMs });
    const old = this.#passed.findLast(({ atMs }) => isSettled || nowMs - atMs > SETTLED_MS);
    if (old === undefined || old.end === this.#written) return;
    this.#passed = this.#passed.filter(({ atMs }) => atMs > old.atMs);
    this.#written = old.end;
    this.#writeState(old.end);
  }

  /** By the detections as the site has them now; what lies before is only remembered. */
  async #watchNow(): Promise<AlertWatch> {
    const { root } = this.#directories;
    const { clock, unread } = this.#parts;
    const monotonicMs = performance.now();
    if (this.#watch !== undefined && monotonicMs - this.#rules.lookedMs < RULES_LOOK_MS)
      return this.#watch;
    this.#rules = { ...this.#rules, lookedMs: monotonicMs };
    try {
      // WHY before they are read: what changes meanwhile is another change.
      const trace = detectionsTrace(root);
      if (this.#watch !== undefined && trace === this.#rules.trace) return this.#watch;
      this.#rules = { trace, lookedMs: monotonicMs };
      const { rules } = readDetections(root);
      const watch = createAlertWatch([...rules, ...proofRules()], {
        begin: this.#next,
        nowMs: clock.nowMs,
      });
      const view = await this.#viewNow();
      await watch.take(view.entries(Math.max(0, this.#next - WARM_ENTRIES), this.#next));
      for (const alert of this.#watch?.passed() ?? []) await this.#tell(alert);
      this.#watch = watch;
      return watch;
    } catch (cause) {
      if (this.#watch === undefined) throw cause;
      unread(cause);
      return this.#watch;
    }
  }

  async #tell(alert: Alert): Promise<void> {
    const proof = proofOf(alert);
    if (proof === undefined) await this.#parts.desk.alert(alert);
    else keepProof(this.#directories.alertProofFile, alert, proof);
  }

  async #viewNow(): Promise<LogView> {
    const { log, keys } = this.#directories;
    this.#view ??= await viewLog(log, keys);
    return this.#view;
  }

  #readState(): number | undefined {
    const { alertsFile } = this.#directories;
    if (!existsSync(alertsFile)) return undefined;
    const text = readPrivateFile(alertsFile, { secret: false }) ?? "";
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), stateSchema), text);
    // WHY from the beginning of what is warm: what is looked at twice has the same ids, what is passed over is lost.
    return parsed.success ? Math.max(0, parsed.output.next) : undefined;
  }

  #writeState(next: number): void {
    writePrivateFile(this.#directories.alertsFile, `${JSON.stringify({ version: 1, next })}\n`);
  }
}

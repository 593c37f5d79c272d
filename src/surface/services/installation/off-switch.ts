// The guard switched off for a while by its operator: a sealed file that daemon and command hook honour, and that ends by itself.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { bootId, upMs } from "#platform/boot.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";
import { readSecret } from "./secrets.ts";

/** Minutes that the guard can be off at once. */
export const OFF_MINUTES_MAX = 8 * 60;
/** Projects that can be off at the same time. */
const PERIODS_MAX = 64;
export const REASON_CHARS_MAX = 200;
/** Milliseconds by which the wall clock may be set back before that counts as tampering with it. */
const STEP_BACK_MS_MAX = 2_000;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = "aes-256-gcm";
const PURPOSE = "sallyport/off/v1";

const periodSchema = v.strictObject({
  /** Names this time in the log: 16 hex characters. */
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  /** Id of the one project, or null for all of them. */
  projectId: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))),
  /** Wall time. */
  startedMs: v.number(),
  untilMs: v.number(),
  /** The start of the machine during which it began, and the time since then. */
  boot: v.pipe(v.string(), v.maxLength(64)),
  startedUpMs: v.number(),
  reason: v.nullable(v.pipe(v.string(), v.maxLength(REASON_CHARS_MAX))),
});
const fileSchema = v.strictObject({
  version: v.literal(1),
  periods: v.pipe(v.array(periodSchema), v.maxLength(PERIODS_MAX)),
});

/** A time during which calls are judged and recorded, and none is refused. */
export type OffPeriod = v.InferOutput<typeof periodSchema>;

/** Wall time, and the time since the machine started, which nobody can set back. Milliseconds. */
export type OffClock = {
  nowMs(): number;
  upMs(): number;
  /** Another text after each start of the machine; empty where the system has none. */
  boot(): string;
};

/** The machine's own clock. */
export const MACHINE_CLOCK: OffClock = {
  nowMs: () => Date.now(),
  upMs,
  boot: bootId,
};

export type OffSwitch = {
  /** The time in force for a project; undefined when its calls are guarded. Never throws: what cannot be read is no time off. */
  of(projectId: string): OffPeriod | undefined;
  /** All that is in the file, in force or over. Throws a Failure when the file is damaged. */
  all(): readonly OffPeriod[];
  isInForce(period: OffPeriod): boolean;
  /** A time off from now on, which is not in force yet. */
  plan(wanted: {
    readonly projectId: string | null;
    readonly minutes: number;
    readonly reason: string | null;
  }): OffPeriod;
  /** Puts it in force; one for the same project, or for all, is replaced. */
  begin(period: OffPeriod): void;
  /** Takes periods out of the file. */
  drop(ids: readonly string[]): void;
};

/** The switch of an installation. A file that was not sealed with its operator's secret switches nothing off. */
export function openOffSwitch(
  directories: Directories,
  clock: OffClock = MACHINE_CLOCK,
): OffSwitch {
  const file = directories.offFile;
  const key = () =>
    createHmac("sha256", readSecret(directories, "operator")).update(PURPOSE).digest();
  const all = (): readonly OffPeriod[] => {
    if (statSync(file, { throwIfNoEntry: false }) === undefined) return [];
    const text = readPrivateFile(file, { secret: true });
    return text === undefined ? [] : unseal(text, key(), file);
  };
  const write = (periods: readonly OffPeriod[]) => {
    if (periods.length === 0) rmSync(file, { force: true });
    else writePrivateFile(file, seal(periods, key()));
  };
  const isInForce = (period: OffPeriod) => holds(period, clock);
  return {
    all,
    isInForce,
    of(projectId) {
      try {
        return all()
          .filter((period) => period.projectId === null || period.projectId === projectId)
          .find(isInForce);
      } catch {
        return undefined;
      }
    },
    plan({ projectId, minutes, reason }) {
      const startedMs = clock.nowMs();
      return {
        id: randomBytes(8).toString("hex"),
        projectId,
        startedMs,
        untilMs: startedMs + minutes * 60_000,
        boot: clock.boot(),
        startedUpMs: clock.upMs(),
        reason,
      };
    },
    begin(period) {
      const others = all().filter(({ projectId }) => projectId !== period.projectId);
      if (others.length >= PERIODS_MAX) {
        throw new Failure("off", "too many projects are off; run `sallyport on --all` first");
      }
      write([...others, period]);
    },
    drop(ids) {
      write(all().filter(({ id }) => !ids.includes(id)));
    },
  };
}

/**
 * WHY three clocks: the wall clock says until when, for people. Set back it would make the time longer, so the time since
 * the machine started has to agree. That one begins anew with each start of the machine, which therefore ends the time off.
 */
function holds({ startedMs, untilMs, boot, startedUpMs }: OffPeriod, clock: OffClock): boolean {
  const now = clock.nowMs();
  const gone = clock.upMs() - startedUpMs;
  const isWithin = now < untilMs && now >= startedMs - STEP_BACK_MS_MAX;
  const isShort = untilMs - startedMs <= OFF_MINUTES_MAX * 60_000;
  return boot === clock.boot() && isWithin && isShort && gone >= 0 && gone < untilMs - startedMs;
}

/** Hours and minutes of a wall time, where this process is, for a person. */
export function clockTime(timeMs: number): string {
  return new Date(timeMs).toTimeString().slice(0, 5);
}

function seal(periods: readonly OffPeriod[], key: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(PURPOSE));
  const text = JSON.stringify({ version: 1, periods });
  const sealed = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
  return `${Buffer.concat(sealed).toString("base64url")}\n`;
}

function unseal(text: string, key: Uint8Array, file: string): readonly OffPeriod[] {
  try {
    const bytes = Buffer.from(text.trim(), "base64url");
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(PURPOSE))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    const parts = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
    return v.parse(fileSchema, JSON.parse(Buffer.concat(parts).toString("utf8"))).periods;
  } catch (cause) {
    throw new Failure(
      "off",
      `\`${file}\` was not written by this installation, so nothing is off; remove it`,
      { cause, at: { file } },
    );
  }
}

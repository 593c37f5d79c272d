// Links that open one question once, what a phone holds after that, and how often a passphrase may be tried.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import { WAIT_SECONDS_MAX } from "../../services/questions/question-schema.ts";

/** Questions that have a link at once; no more of them wait in the daemon. */
const LINKS_MAX = 64;
/** A phone may look this long after its question's time, to read what became of it. */
const AFTER_MS = 60_000;
/** Tries of the passphrase with one link. */
export const TRIES_MAX = 5;
/** Wrong ones with all links within the window; then none is taken until it is over, right or wrong. */
export const WRONG_MAX = 10;
export const WRONG_WINDOW_MS = 15 * 60_000;

/** The question that a link was made for. An answer counts for this digest and no other. */
export type LinkedQuestion = {
  readonly id: string;
  readonly digest: string;
  /** Wall time, milliseconds. */
  readonly expiresMs: number;
};

export type Try = "go-on" | "link-spent" | "locked";

export type PhoneLinks = {
  /** A token for this question; undefined where it has one, its time is over, or too many have one. */
  make(question: LinkedQuestion): string | undefined;
  /** Opens the link: once, and within the time of its question. */
  open(token: string): { readonly bearer: string; readonly question: LinkedQuestion } | undefined;
  /** The question of a phone that opened its link. */
  find(bearer: string): LinkedQuestion | undefined;
  /** Takes one try of the passphrase, before it is looked at: those that come together count each. */
  takeTry(bearer: string): Try;
  /** Says how a try ended. Gives how many are left. */
  tried(bearer: string, isRight: boolean): number;
};

type Held = { readonly question: LinkedQuestion; readonly endsAt: number; tries: number };

const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");
const newToken = () => randomBytes(32).toString("base64url");

/** Keeps links in memory, by digests: they end with the process. */
export function createPhoneLinks(clock: Clock): PhoneLinks {
  const unopened = new Map<string, Held>();
  const opened = new Map<string, Held>();
  const made = new Map<string, number>();
  let wrong: readonly number[] = [];
  const sweep = () => {
    const now = clock.monotonicMs();
    for (const held of [unopened, opened])
      for (const [digest, { endsAt }] of held) if (now > endsAt) held.delete(digest);
    for (const [id, endsAt] of made) if (now > endsAt) made.delete(id);
    wrong = wrong.filter((at) => now - at < WRONG_WINDOW_MS);
  };
  const find = (bearer: string) => {
    sweep();
    return opened.get(digestOf(bearer));
  };
  return {
    make(question) {
      sweep();
      const leftMs = Math.min(question.expiresMs - clock.nowMs(), WAIT_SECONDS_MAX * 1_000);
      if (leftMs <= 0 || made.has(question.id) || made.size >= LINKS_MAX) return undefined;
      const token = newToken();
      const endsAt = clock.monotonicMs() + leftMs;
      unopened.set(digestOf(token), { question, endsAt, tries: 0 });
      made.set(question.id, endsAt + AFTER_MS);
      return token;
    },
    open(token) {
      sweep();
      const digest = digestOf(token);
      const held = unopened.get(digest);
      if (held === undefined) return undefined;
      unopened.delete(digest);
      const bearer = newToken();
      opened.set(digestOf(bearer), { ...held, endsAt: held.endsAt + AFTER_MS });
      return { bearer, question: held.question };
    },
    find: (bearer) => find(bearer)?.question,
    takeTry(bearer) {
      const held = find(bearer);
      if (held === undefined || held.tries >= TRIES_MAX) return "link-spent";
      if (wrong.length >= WRONG_MAX) return "locked";
      held.tries += 1;
      // WHY now: what is under way counts as wrong until it was right, so that nobody tries many at once.
      wrong = [...wrong, clock.monotonicMs()];
      return "go-on";
    },
    tried(bearer, isRight) {
      const held = find(bearer);
      if (isRight) {
        wrong = wrong.slice(0, -1);
        if (held !== undefined) held.tries -= 1;
      }
      return held === undefined ? 0 : TRIES_MAX - held.tries;
    },
  };
}

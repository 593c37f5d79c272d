// Logins of the dashboard: a link that works once, a session that expires, and the confirmation that a change asks for.
import { createHash, createHmac, randomBytes, randomInt } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import type { Role } from "./roles.ts";
import type { Standing } from "./vouched.ts";

/** How long a link waits to be opened. */
export const LINK_MS_MAX = 10 * 60_000;
/** A session ends this long after its login, whatever is done in it, and this long after its last request. */
export const SESSION_MS_MAX = 8 * 3_600_000;
export const IDLE_MS_MAX = 60 * 60_000;
/** How long a confirmation counts, and how long a code for one can be typed. */
export const CONFIRMED_MS = 5 * 60_000;
export const CODE_MS_MAX = 2 * 60_000;
/** WHY so many: a team of two hundred looks at once, some of them on two devices. */
const SESSIONS_MAX = 512;
const LINKS_MAX = 32;
/** Sessions that ended for a reason that is told to who asks once more. */
const ENDED_MAX = 64;
/** Wrong codes and passphrases of one session within `GUESS_WINDOW_MS`; then even right ones are refused until it is over. */
const GUESSES_MAX = 5;
const GUESS_WINDOW_MS = 60_000;

/** Who is logged in. `name` is what the record says of who changed something. */
export type Person = {
  readonly name: string;
  readonly role: Role;
  /** The login at a provider that the session hangs on; none where this machine logged the person in. */
  readonly providerLogin?: string | undefined;
};

/** One session. Times by the wall clock, for the page; what counts is the monotonic one. */
export type LoginSession = Person & {
  readonly id: string;
  readonly expiresMs: number;
  /** Null when nothing is confirmed now. */
  readonly confirmedUntilMs: number | null;
};

/** A session that began: `proofKey` goes to its page with the login, and never again in either direction. */
export type Begun = {
  readonly bearer: string;
  readonly proofKey: string;
  readonly session: LoginSession;
};

type Held = Person & {
  readonly id: string;
  readonly proofKey: Buffer;
  readonly endsAt: number;
  readonly expiresMs: number;
  lastAt: number;
  confirmedUntil: number;
  guesses: number[];
  readonly ending: AbortController;
};

export type Logins = {
  /** A token that logs a person in once. Throws a Failure when too many wait. */
  link(person: Person, msMax?: number): string;
  /** The session's token for a link's, or undefined when it was used, expired or never was. */
  redeem(token: string): Begun | undefined;
  /** Begins a session for somebody who proved otherwise who they are. */
  begin(person: Person): Begun;
  /** Proves to the page of a session that this is the dashboard which began it. `nonce` is the page's own. */
  prove(id: string, nonce: string): string | undefined;
  /** The session of a bearer token, kept alive by being asked for. */
  find(bearer: string): LoginSession | undefined;
  /** Why the session of this token ended, where there is more to say than that its time was over. */
  whyEnded(bearer: string): string | undefined;
  /** A code of eight digits that confirms one session of this role's reach, for two minutes, once. */
  code(): string;
  /** Confirms by a code, or by `proof` which a passphrase was held against. */
  confirm(id: string, given: { readonly code: string } | { readonly isRight: boolean }): Confirmed;
  /** Whether somebody of this session may try to confirm now. */
  mayGuess(id: string): boolean;
  end(id: string): void;
  /** Aborts when a session that is alive ends, whatever ended it; aborted for any other. */
  ending(id: string): AbortSignal;
  /** Sessions that are alive now. */
  alive(): readonly LoginSession[];
  /** Whether this one is. */
  isAlive(id: string): boolean;
};

export type Confirmed = "confirmed" | "wrong" | "too-many";

const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");
const newToken = () => randomBytes(32).toString("base64url");

/** How a login at a provider stands. */
type StandingOf = (providerLogin: string) => Standing;

/** Keeps logins in memory: whoever restarts the dashboard logs in anew. Without `standingOf` no provider vouches for anybody. */
export function createLogins(
  clock: Clock,
  standingOf: StandingOf = () => ({ kind: "over", why: "no provider is set" }),
): Logins {
  return new LoginBook(clock, standingOf);
}

class LoginBook implements Logins {
  readonly #clock: Clock;
  /** By digest of the token: nobody who reads this memory's dump can log in by it. */
  readonly #links = new Map<string, Person & { readonly endsAt: number }>();
  readonly #sessions = new Map<string, Held>();
  readonly #ended = new Map<string, string>();
  readonly #standingOf: StandingOf;
  #code: { readonly digest: string; readonly endsAt: number } | undefined;

  constructor(clock: Clock, standingOf: StandingOf) {
    this.#clock = clock;
    this.#standingOf = standingOf;
  }

  link(person: Person, msMax = LINK_MS_MAX): string {
    this.#sweep();
    if (this.#links.size >= LINKS_MAX)
      throw new Failure("dashboard", "too many links wait to be opened: wait ten minutes");
    const token = newToken();
    this.#links.set(digestOf(token), {
      ...person,
      endsAt: this.#clock.monotonicMs() + msMax,
    });
    return token;
  }

  redeem(token: string): Begun | undefined {
    this.#sweep();
    const digest = digestOf(token);
    const person = this.#links.get(digest);
    if (person === undefined) return undefined;
    this.#links.delete(digest);
    return this.begin(person);
  }

  begin({ name, role, providerLogin }: Person): Begun {
    this.#sweep();
    this.#makeRoom();
    const bearer = newToken();
    const proofKey = randomBytes(32);
    const now = this.#clock.monotonicMs();
    const held: Held = {
      proofKey,
      name,
      role,
      providerLogin,
      id: randomBytes(8).toString("hex"),
      lastAt: now,
      endsAt: now + SESSION_MS_MAX,
      expiresMs: this.#clock.nowMs() + SESSION_MS_MAX,
      confirmedUntil: 0,
      guesses: [],
      ending: new AbortController(),
    };
    this.#sessions.set(digestOf(bearer), held);
    return { bearer, proofKey: proofKey.toString("hex"), session: this.#shown(held) };
  }

  prove(id: string, nonce: string): string | undefined {
    const held = this.#byId(id);
    if (held === undefined) return undefined;
    const text = `sallyport/session/v1\0${nonce}`;
    return createHmac("sha256", held.proofKey).update(text).digest("hex");
  }

  find(bearer: string): LoginSession | undefined {
    const held = this.#sessions.get(digestOf(bearer));
    if (held === undefined) return undefined;
    const now = this.#clock.monotonicMs();
    if (this.#endIfOver(digestOf(bearer), held, now)) return undefined;
    held.lastAt = now;
    return this.#shown(held);
  }

  whyEnded(bearer: string): string | undefined {
    return this.#ended.get(digestOf(bearer));
  }

  code(): string {
    const code = String(randomInt(0, 100_000_000)).padStart(8, "0");
    this.#code = { digest: digestOf(code), endsAt: this.#clock.monotonicMs() + CODE_MS_MAX };
    return code;
  }

  mayGuess(id: string): boolean {
    const held = this.#byId(id);
    return held !== undefined && this.#recentGuesses(held).length < GUESSES_MAX;
  }

  confirm(id: string, given: { readonly code: string } | { readonly isRight: boolean }): Confirmed {
    const held = this.#byId(id);
    if (held === undefined) return "wrong";
    const now = this.#clock.monotonicMs();
    const guesses = this.#recentGuesses(held);
    if (guesses.length >= GUESSES_MAX) return "too-many";
    const isRight = "code" in given ? this.#takeCode(given.code, now) : given.isRight;
    if (!isRight) {
      held.guesses = [...guesses, now];
      return "wrong";
    }
    held.guesses = [];
    held.confirmedUntil = now + CONFIRMED_MS;
    return "confirmed";
  }

  end(id: string): void {
    for (const [digest, held] of this.#sessions) if (held.id === id) this.#forget(digest);
  }

  ending(id: string): AbortSignal {
    return this.#byId(id)?.ending.signal ?? AbortSignal.abort();
  }

  #forget(digest: string): void {
    this.#sessions.get(digest)?.ending.abort();
    this.#sessions.delete(digest);
  }

  alive(): readonly LoginSession[] {
    this.#sweep();
    return [...this.#sessions.values()].map((held) => this.#shown(held));
  }

  isAlive(id: string): boolean {
    const now = this.#clock.monotonicMs();
    for (const [digest, held] of this.#sessions)
      if (held.id === id) return !this.#endIfOver(digest, held, now);
    return false;
  }

  #takeCode(code: string, now: number): boolean {
    const wanted = this.#code;
    if (wanted === undefined || now > wanted.endsAt || digestOf(code) !== wanted.digest)
      return false;
    this.#code = undefined;
    return true;
  }

  #recentGuesses({ guesses }: Held): number[] {
    const since = this.#clock.monotonicMs() - GUESS_WINDOW_MS;
    return guesses.filter((at) => at > since);
  }

  #byId(id: string): Held | undefined {
    for (const held of this.#sessions.values()) if (held.id === id) return held;
    return undefined;
  }

  #shown(held: Held): LoginSession {
    const { id, name, expiresMs, confirmedUntil, providerLogin } = held;
    const left = confirmedUntil - this.#clock.monotonicMs();
    const standing = providerLogin === undefined ? undefined : this.#standingOf(providerLogin);
    // The provider may have given the person another role since.
    const role = standing?.kind === "stands" ? standing.role : held.role;
    return {
      id,
      name,
      role,
      expiresMs,
      ...(providerLogin === undefined ? {} : { providerLogin }),
      confirmedUntilMs: left > 0 ? this.#clock.nowMs() + left : null,
    };
  }

  #endIfOver(digest: string, { endsAt, lastAt, providerLogin }: Held, now: number): boolean {
    const standing = providerLogin === undefined ? undefined : this.#standingOf(providerLogin);
    const isOver = now > endsAt || now - lastAt > IDLE_MS_MAX;
    if (!isOver && standing?.kind !== "over") return false;
    this.#forget(digest);
    if (standing?.kind === "over") this.#ended.set(digest, standing.why);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > ENDED_MAX && oldest !== undefined) this.#ended.delete(oldest);
    return true;
  }

  #sweep(): void {
    const now = this.#clock.monotonicMs();
    for (const [digest, { endsAt }] of this.#links) if (now > endsAt) this.#links.delete(digest);
    for (const [digest, held] of this.#sessions) this.#endIfOver(digest, held, now);
  }

  /** The session that was idle longest goes. */
  #makeRoom(): void {
    if (this.#sessions.size < SESSIONS_MAX) return;
    const idlest = [...this.#sessions].toSorted(([, one], [, other]) => one.lastAt - other.lastAt);
    const [digest] = idlest[0] ?? [];
    if (digest !== undefined) this.#forget(digest);
  }
}

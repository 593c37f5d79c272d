// People who log in by a provider: the way there and back, confirming, and asking each half minute whether they may still be here.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import { Failure } from "#base/failure.ts";
import type { Logins, LoginSession } from "../access/logins.ts";
import type { Role } from "../access/roles.ts";
import type { Vouched } from "../access/vouched.ts";
import type { DashboardNote } from "../access/dashboard-note.ts";
import { createDirectoryCheck, type DirectoryCheck } from "./directory-users.ts";
import type { OidcSettings } from "./oidc-settings.ts";
import { type Confirms, createPendingLogins, type Pending } from "./pending-logins.ts";
import { nameOf, roleOf } from "./person-claims.ts";
import type { Proven, Provider, Tokens } from "./provider.ts";
import { SKEW_SECONDS_MAX } from "./provider.ts";
import { LoginRefused, type RefusalCode, REFUSALS } from "./refusal.ts";

/** How often a provider is asked about each person, and how long its yes counts, from the moment when it was asked. */
const CHECK_MS = 30_000;
export const GOOD_MS = 60_000;
/** How long the page has to take up a session, and a confirmation has to be begun. */
const TAKE_MS_MAX = 60_000;
const TICKETS_MAX = 64;
/** Answers after which somebody is out at once. After others it is asked again while the last yes counts. */
const FINAL: ReadonlySet<RefusalCode> = new Set([
  ...(["denied", "another-person", "no-group", "locked", "unknown"] as const),
]);

export type ProviderLoginParts = {
  readonly clock: Clock;
  readonly logins: Logins;
  readonly vouched: Vouched;
  readonly note: (note: DashboardNote) => Promise<void>;
  /** The settings as they are now; undefined where there is no such login. */
  readonly settings: () => OidcSettings | undefined;
  readonly open: (settings: OidcSettings) => Promise<Provider>;
  /** Hears what went wrong, in one line without a token or a text of the provider. */
  readonly onProblem: (line: string) => void;
};

export type Finished =
  | { readonly kind: "login"; readonly token: string }
  | { readonly kind: "confirmed" };

export type ProviderLogins = {
  /** The provider's host, undefined where people do not log in by one. */
  host(): string | undefined;
  /** Where the browser goes, and the cookie that binds it. `ticket` is of a session that is to be confirmed. Rejects with LoginRefused. */
  begin(
    redirect: string,
    ticket: string | undefined,
  ): Promise<{ readonly address: string; readonly cookie: string }>;
  /** Takes the address that the browser came back to. Rejects with LoginRefused, which is on record. */
  finish(callback: URL, cookie: string): Promise<Finished>;
  /** What begins the confirmation of a session, once, within a minute. */
  ticket(session: LoginSession): string;
  /**
   * Forgets a session that was left: its tokens are taken back by the provider, and its session there ends at the address that this
   * gives. Undefined where there is none, or the provider does not answer; the session here is over either way.
   */
  leave(session: LoginSession): Promise<string | undefined>;
  /** Asks the provider about everybody, now. */
  check(): Promise<void>;
  close(): void;
};

/** Somebody who is here by a provider. */
type Held = {
  readonly subject: string;
  readonly settings: string;
  /** Until when the page may take up the session. */
  readonly takeBy: number;
  role: Role;
  tokens: Tokens;
  problem: RefusalCode;
};

export function createProviderLogins(parts: ProviderLoginParts): ProviderLogins {
  const desk = new ProviderDesk(parts);
  const timer = setInterval(() => void desk.check(), CHECK_MS);
  timer.unref();
  return {
    host: () => desk.host(),
    begin: (redirect, ticket) => desk.begin(redirect, ticket),
    finish: (callback, cookie) => desk.finish(callback, cookie),
    ticket: (session) => desk.ticket(session),
    leave: (session) => desk.leave(session),
    check: () => desk.check(),
    close: () => clearInterval(timer),
  };
}

const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
const textOf = (settings: OidcSettings | undefined) => JSON.stringify(settings ?? null);

class ProviderDesk {
  readonly #parts: ProviderLoginParts;
  readonly #directory: DirectoryCheck;
  readonly #pending: ReturnType<typeof createPendingLogins>;
  readonly #held = new Map<string, Held>();
  readonly #tickets = new Map<string, Confirms & { readonly endsAt: number }>();
  #isChecking = false;

  constructor(parts: ProviderLoginParts) {
    this.#parts = parts;
    this.#directory = createDirectoryCheck(parts.onProblem);
    this.#pending = createPendingLogins(parts.clock);
  }

  host(): string | undefined {
    const settings = this.#parts.settings();
    return settings === undefined ? undefined : new URL(settings.issuer).host;
  }

  async begin(redirect: string, ticket: string | undefined) {
    const confirms = ticket === undefined ? undefined : this.#takeTicket(ticket);
    try {
      const provider = await this.#parts.open(this.#settings());
      const pending = this.#pending.begin(confirms);
      const again = confirms !== undefined;
      const address = await provider.address(redirect, { ...pending, again });
      return { address: address.href, cookie: pending.cookie };
    } catch (cause) {
      throw this.#told(cause);
    }
  }

  async finish(callback: URL, cookie: string): Promise<Finished> {
    const pending = this.#pending.take(callback.searchParams.get("state") ?? "", cookie);
    try {
      if (pending === undefined) throw new LoginRefused("stale");
      const settings = this.#settings();
      const askedAt = this.#parts.clock.monotonicMs();
      const provider = await this.#parts.open(settings);
      const again = pending.confirms !== undefined;
      const proven = await provider.exchange(callback, { ...pending, again });
      const role = roleOf(await this.#directory(proven.claims, settings), settings);
      if (role === undefined) throw new LoginRefused("no-group");
      if (pending.confirms !== undefined) return await this.#confirm(pending, proven);
      return this.#logIn(proven, { settings, role, askedAt });
    } catch (cause) {
      const refusal = this.#told(cause);
      await this.#parts.note({
        what: pending?.confirms === undefined ? "login-refused" : "confirm-refused",
        role: "none",
        page: `/oidc/callback/${refusal.code}`,
        count: 1,
      });
      throw refusal;
    }
  }

  ticket({ id, providerLogin }: LoginSession): string {
    const now = this.#parts.clock.monotonicMs();
    for (const [key, { endsAt }] of this.#tickets) if (now > endsAt) this.#tickets.delete(key);
    if (providerLogin === undefined || this.#tickets.size >= TICKETS_MAX)
      throw new LoginRefused("setup", "no ticket for this session");
    const ticket = randomBytes(32).toString("base64url");
    const endsAt = now + TAKE_MS_MAX;
    this.#tickets.set(digestOf(ticket), { sessionId: id, providerLogin, endsAt });
    return ticket;
  }

  async leave({ id, providerLogin = "" }: LoginSession): Promise<string | undefined> {
    for (const [key, { sessionId }] of this.#tickets)
      if (sessionId === id) this.#tickets.delete(key);
    const held = this.#held.get(providerLogin);
    this.#held.delete(providerLogin);
    this.#parts.vouched.disown(providerLogin, "you logged out");
    return held === undefined ? undefined : this.#takeBack(held);
  }

  /** Has the provider take tokens back; nothing here hangs on its answer. Gives where its own session ends. */
  async #takeBack({ tokens }: Held): Promise<string | undefined> {
    try {
      const provider = await this.#parts.open(this.#settings());
      const address = provider.farewell(tokens)?.href;
      await provider.revoke(tokens).catch((cause: unknown) => void this.#told(cause));
      return address;
    } catch (cause) {
      this.#told(cause);
      return undefined;
    }
  }

  async check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      await this.#forgetGone();
      if (this.#held.size > 0) await this.#askAboutAll();
    } finally {
      this.#isChecking = false;
    }
  }

  #logIn(
    proven: Proven & { readonly tokens: Tokens },
    {
      settings,
      role,
      askedAt,
    }: { readonly settings: OidcSettings; readonly role: Role; readonly askedAt: number },
  ): Finished {
    const { clock, logins, vouched } = this.#parts;
    const providerLogin = randomBytes(16).toString("hex");
    const { subject, tokens, claims } = proven;
    this.#held.set(providerLogin, {
      subject,
      settings: textOf(settings),
      role,
      tokens,
      problem: "unreachable",
      takeBy: clock.monotonicMs() + TAKE_MS_MAX,
    });
    vouched.vouch(providerLogin, { role, untilMs: askedAt + GOOD_MS });
    const name = nameOf(claims, new URL(settings.issuer).host);
    return { kind: "login", token: logins.link({ name, role, providerLogin }, TAKE_MS_MAX) };
  }

  async #confirm(
    { confirms, startedMs }: Pending,
    { subject, authenticatedMs }: Proven,
  ): Promise<Finished> {
    const held = this.#held.get(confirms?.providerLogin ?? "");
    if (confirms === undefined || held === undefined) throw new LoginRefused("stale");
    if (held.subject !== subject) throw new LoginRefused("another-person");
    if (authenticatedMs === undefined || authenticatedMs < startedMs - SKEW_SECONDS_MAX * 1_000)
      throw new LoginRefused("not-fresh");
    const outcome = this.#parts.logins.confirm(confirms.sessionId, { isRight: true });
    if (outcome !== "confirmed") throw new LoginRefused("stale");
    await this.#parts.note({
      what: "confirmed",
      role: held.role,
      page: "/oidc/callback",
      count: 1,
    });
    return { kind: "confirmed" };
  }

  /** Those whose session is over, and those about whom nobody could be asked for too long. */
  async #forgetGone(): Promise<void> {
    const { clock, logins, vouched } = this.#parts;
    const now = clock.monotonicMs();
    const settings = this.#settingsText();
    for (const [login, held] of this.#held) {
      if (held.settings !== settings) await this.#lockOut(login, held, "changed");
      else if (vouched.standing(login).kind === "over")
        await this.#lockOut(login, held, held.problem);
    }
    const alive = new Set(logins.alive().map(({ providerLogin }) => providerLogin));
    for (const [login, held] of this.#held) {
      if (alive.has(login) || now <= held.takeBy) continue;
      this.#held.delete(login);
      vouched.disown(login, "your login is over");
      await this.#takeBack(held);
    }
  }

  async #askAboutAll(): Promise<void> {
    const askedAt = this.#parts.clock.monotonicMs();
    const settings = this.#settings();
    const provider = await this.#parts.open(settings).catch((cause: unknown) => this.#told(cause));
    await Promise.all(
      [...this.#held].map(async ([login, held]) => {
        try {
          if (provider instanceof LoginRefused) throw provider;
          const claims = await provider.ask(held.subject, held.tokens, (tokens) => {
            held.tokens = tokens;
          });
          const role = roleOf(await this.#directory(claims, settings), settings);
          if (role === undefined) throw new LoginRefused("no-group");
          held.role = role;
          held.problem = "unreachable";
          this.#parts.vouched.vouch(login, { role, untilMs: askedAt + GOOD_MS });
        } catch (cause) {
          const { code } = this.#told(cause);
          held.problem = code;
          if (FINAL.has(code)) await this.#lockOut(login, held, code);
        }
      }),
    );
  }

  async #lockOut(login: string, { role }: Held, code: RefusalCode): Promise<void> {
    this.#held.delete(login);
    this.#parts.vouched.disown(login, REFUSALS[code]);
    await this.#parts
      .note({ what: "locked-out", role, page: `/oidc/check/${code}`, count: 1 })
      .catch(() => this.#parts.onProblem("a lock-out could not be put on record"));
  }

  #takeTicket(ticket: string): Confirms {
    const found = this.#tickets.get(digestOf(ticket));
    this.#tickets.delete(digestOf(ticket));
    if (found === undefined || this.#parts.clock.monotonicMs() > found.endsAt)
      throw new LoginRefused("stale");
    return found;
  }

  #settings(): OidcSettings {
    const settings = this.#parts.settings();
    if (settings === undefined) throw new LoginRefused("setup", "no provider is set");
    return settings;
  }

  /** Of a file that cannot be read nothing is said here: nobody logs in by it, and who is in goes. */
  #settingsText(): string {
    try {
      return textOf(this.#parts.settings());
    } catch {
      return "";
    }
  }

  /** A refusal of what went wrong, after the terminal was told. What is none of these is a fault of ours, and thrown. */
  #told(cause: unknown): LoginRefused {
    const { onProblem } = this.#parts;
    if (cause instanceof LoginRefused) {
      const detail = cause.detail === "" ? "" : ` (${cause.detail})`;
      onProblem(`login by a provider: ${cause.code}${detail}`);
      return cause;
    }
    if (!(cause instanceof Failure)) throw cause;
    onProblem(`login by a provider: ${cause.message}`);
    return new LoginRefused("setup", "", { cause });
  }
}

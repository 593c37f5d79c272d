// What a provider vouches for, a minute at a time: a session that hangs on its word is over when the word is.
import type { Clock } from "#base/clock.ts";
import type { Role } from "./roles.ts";

/** How somebody who logged in by a provider stands now. `why` is for the person. */
export type Standing =
  | { readonly kind: "stands"; readonly role: Role }
  | { readonly kind: "over"; readonly why: string };

export type Vouched = {
  /** The provider said yes; that counts until `untilMs` of the monotonic clock. */
  vouch(login: string, given: { readonly role: Role; readonly untilMs: number }): void;
  /** It counts no more. */
  disown(login: string, why: string): void;
  standing(login: string): Standing;
};

/** Reasons that are remembered, for pages that ask once more. */
const OVER_MAX = 128;
const UNANSWERED =
  "your provider could not be asked for a minute whether you may still be here: log in again when it answers, or with `sallyport dashboard link`";

type Held =
  | { readonly role: Role; readonly untilMs: number }
  | { readonly role: undefined; readonly why: string };

export function createVouched(clock: Clock): Vouched {
  const held = new Map<string, Held>();
  return {
    vouch(login, given) {
      // WHY: what was taken back stays so, also when an answer comes late.
      if (held.get(login)?.role !== undefined || !held.has(login)) held.set(login, given);
    },
    disown(login, why) {
      held.delete(login);
      held.set(login, { role: undefined, why });
      const over = [...held].filter(([, one]) => one.role === undefined);
      for (const [old] of over.slice(0, Math.max(0, over.length - OVER_MAX))) held.delete(old);
    },
    standing(login) {
      const one = held.get(login);
      if (one === undefined) return { kind: "over", why: "your login is over" };
      if (one.role === undefined) return { kind: "over", why: one.why };
      if (clock.monotonicMs() > one.untilMs) return { kind: "over", why: UNANSWERED };
      return { kind: "stands", role: one.role };
    },
  };
}

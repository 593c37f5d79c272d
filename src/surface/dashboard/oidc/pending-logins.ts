// Logins that are under way: what was made up for each, bound to the browser that began it, used once, for ten minutes.
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "#base/clock.ts";
import { equalSecrets } from "../../services/installation/install.ts";

export const PENDING_MS_MAX = 10 * 60_000;
/** WHY the oldest goes then and nobody is refused: whoever begins many must not keep a person out. */
const PENDING_MAX = 256;

/** A session that is to be confirmed, and the login that it hangs on. */
export type Confirms = { readonly sessionId: string; readonly providerLogin: string };

export type Pending = {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly startedMs: number;
  readonly confirms: Confirms | undefined;
};

export type PendingLogins = {
  /** Begins one. `cookie` goes to the browser, and comes back from no other. */
  begin(confirms: Confirms | undefined): Pending & { readonly cookie: string };
  /** Takes it, whatever comes of that; undefined when it was used, is too old, or this is not the browser. */
  take(state: string, cookie: string): Pending | undefined;
};

const newText = () => randomBytes(32).toString("base64url");
const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");

export function createPendingLogins(clock: Clock): PendingLogins {
  const held = new Map<
    string,
    Pending & { readonly cookieDigest: string; readonly endsAt: number }
  >();
  return {
    begin(confirms) {
      const now = clock.monotonicMs();
      for (const [key, { endsAt }] of held) if (now > endsAt) held.delete(key);
      const [oldest] = held.keys();
      if (held.size >= PENDING_MAX && oldest !== undefined) held.delete(oldest);
      const cookie = newText();
      const pending = {
        state: newText(),
        nonce: newText(),
        verifier: newText(),
        confirms,
        startedMs: clock.nowMs(),
      };
      held.set(digestOf(pending.state), {
        ...pending,
        cookieDigest: digestOf(cookie),
        endsAt: now + PENDING_MS_MAX,
      });
      return { ...pending, cookie };
    },
    take(state, cookie) {
      const found = held.get(digestOf(state));
      if (found === undefined) return undefined;
      held.delete(digestOf(state));
      const isFromThere = equalSecrets(digestOf(cookie), found.cookieDigest);
      return isFromThere && clock.monotonicMs() <= found.endsAt ? found : undefined;
    },
  };
}

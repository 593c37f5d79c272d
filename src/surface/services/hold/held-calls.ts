// Held calls that are under way, by session, with the policy that the last of them was judged by.
import { dropOldest } from "#base/drop-oldest.ts";
import type { Policy } from "#guard/policy/policy.ts";

/** Where a call runs. Paths are absolute and real. */
export type HeldPlace = {
  readonly projectId: string;
  readonly projectRoot: string;
  readonly sessionId: string;
};

type Session = Omit<HeldPlace, "projectRoot">;

/** Sessions whose calls are kept in mind. */
const SESSIONS_MAX = 256;
/** Calls of one session; of those that a person refused, nobody hears the end. */
const CALLS_MAX = 1_024;

/** An empty list of them. */
export function createHeldCalls() {
  type Open = { readonly isApart: boolean; goesOn: boolean };
  type Held = {
    readonly place: HeldPlace;
    readonly policy: Policy;
    readonly keeper: number | undefined;
    readonly open: Map<string, Open>;
  };
  const held = new Map<string, Held>();
  const keyOf = ({ projectId, sessionId }: Session): string => `${projectId}\0${sessionId}`;
  return {
    /** `isApart`: its processes are not among those of its session's room. */
    begin(call: {
      readonly place: HeldPlace;
      readonly policy: Policy;
      readonly ticket: string;
      readonly isApart: boolean;
      /** The process that keeps what calls of the session share. */
      readonly keeper: number | undefined;
    }): void {
      const key = keyOf(call.place);
      const open = held.get(key)?.open ?? new Map<string, Open>();
      held.delete(key);
      held.set(key, { place: call.place, policy: call.policy, keeper: call.keeper, open });
      open.set(call.ticket, { isApart: call.isApart, goesOn: false });
      dropOldest(open, CALLS_MAX);
      dropOldest(held, SESSIONS_MAX);
    },
    close(ticket: string): void {
      for (const { open } of held.values()) open.delete(ticket);
    },
    /** It goes on in the background: nobody waits for it any more. */
    goesOn(ticket: string): void {
      for (const { open } of held.values()) {
        const call = open.get(ticket);
        if (call !== undefined) call.goesOn = true;
      }
    },
    /** Whether the session waits for a call. */
    isOpen: (ticket: string): boolean =>
      [...held.values()].some(({ open }) => open.get(ticket)?.goesOn === false),
    /** Whether a call is under way whose processes nobody sees in the session's room. */
    hasApart: (session: Session): boolean =>
      [...(held.get(keyOf(session))?.open.values() ?? [])].some(({ isApart }) => isApart),
    /** Whether a call of such a session is under way. */
    isUsed: (isMeant: (place: HeldPlace) => boolean): boolean =>
      [...held.values()].some(({ place, open }) => open.size > 0 && isMeant(place)),
    /** Where a call that is under way runs. */
    placeOf: (ticket: string): HeldPlace | undefined =>
      [...held.values()].find(({ open }) => open.has(ticket))?.place,
    of: (session: Session): Omit<Held, "open"> | undefined => held.get(keyOf(session)),
    end(session: Session): void {
      held.delete(keyOf(session));
    },
  };
}

// Effects of a call whose keys a person approved: it is held to the hosts that were named to them.
import type { Effect } from "../../vocabulary/effect.ts";

/**
 * The effects without contacts of hosts that are only known when they run, where the same piece of the command may contact one that is known:
 * a variable that a file sets may have been something else before. WHY only beside keys: that call is held to what its question named, and
 * another one has whatever it was approved for.
 */
export function withKnownHosts(effects: readonly Effect[]): readonly Effect[] {
  const known = new Set(
    effects.flatMap((effect) =>
      effect.kind === "egress" && effect.destination.host !== undefined ? [pieceOf(effect)] : [],
    ),
  );
  return effects.filter(
    (effect) =>
      effect.kind !== "egress" ||
      effect.destination.host !== undefined ||
      effect.destination.path !== undefined ||
      effect.at === undefined ||
      !known.has(pieceOf(effect)),
  );
}

function pieceOf({ via, at }: Effect): string {
  return JSON.stringify([via, at?.start, at?.end]);
}

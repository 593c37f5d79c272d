// Whether a call could make the client's folder in a project that has none.
import { isWithin } from "#base/path.ts";
import type { Effect } from "../vocabulary/effect.ts";
import type { HoldNeeds } from "./needs.ts";

/** What changes no file but by effects of its own. */
const QUIET: ReadonlySet<Effect["kind"]> = new Set(["read", "delete", "history", "egress"]);

/**
 * WHY each write of the project or of a scratch directory counts, wherever it lands: code that runs at the same time can put a link there, and
 * lead it into a folder that was made meanwhile.
 */
export function mayMakeClientFolder(
  { effects, verdict }: { readonly effects: readonly Effect[]; readonly verdict: string },
  { needs, projectRoot }: { readonly needs: HoldNeeds; readonly projectRoot: string },
): boolean {
  const isOutside = (effect: Effect): boolean => {
    if (verdict !== "ask" || effect.kind !== "write" || effect.target.kind !== "path") return false;
    const { real } = effect.target;
    return (
      needs.writes.some(({ path }) => path === real) &&
      !isWithin(real, projectRoot) &&
      // A commit's message is a file there.
      !real.split("/").includes(".git")
    );
  };
  return (
    needs.isUnbounded ||
    needs.hasEngine ||
    effects.some(
      (effect) => effect.kind !== "execute" && !QUIET.has(effect.kind) && !isOutside(effect),
    )
  );
}

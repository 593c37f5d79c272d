// Effects of a call that is shown views of files: what it works with and sends of them are made-up values.
import type { Effect } from "../vocabulary/effect.ts";

/** The effect as it is where views stand in the place of these files, real paths; the same one where it has nothing of them. */
export function overViews(effect: Effect, views: ReadonlySet<string>): Effect {
  if (effect.kind !== "egress" || views.size === 0) return effect;
  let isChanged = false;
  const carries = effect.carries.map((source) => {
    if (source.kind !== "file" || source.target.kind !== "path") return source;
    if (!views.has(source.target.real)) return source;
    isChanged = true;
    return { ...source, isView: true as const };
  });
  return isChanged ? { ...effect, carries } : effect;
}

// Programs to which a person's yes gives their own credentials and files of values, although they run code of the project.
import type { Effect } from "../vocabulary/effect.ts";
import { programNeeds } from "./program-needs.ts";

/**
 * Names of those programs of a call; none where anything else of it could see what they are given. WHY no read but of what such a
 * program loads itself: what the call reads besides would then be shown as it is.
 */
export function entrustedPrograms(effects: readonly Effect[]): readonly string[] {
  const names = new Set<string>();
  for (const effect of effects) {
    if (effect.kind === "unknown") return [];
    if (effect.kind === "read" && !isOwnSetting(effect)) return [];
    if (effect.kind !== "execute" || effect.reach !== "unbounded") continue;
    const [name = ""] = effect.program?.split(" ") ?? [];
    // WHY: a program of that name that may be another one is not told of by its own model.
    const isItself = effect.origin === "project" && effect.via.at(-1) === name;
    if (!isItself || programNeeds(name).isEntrusted !== true) return [];
    names.add(name);
  }
  return [...names];
}

function isOwnSetting({ target, via }: Extract<Effect, { kind: "read" }>): boolean {
  return (
    target.kind === "path" &&
    target.isLoaded === true &&
    programNeeds(via.at(-1) ?? "").isEntrusted === true
  );
}

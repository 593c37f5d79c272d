// What a call destroys, and what could bring it back: what our copies cover, what git keeps, what tools make again.
import { isWithin } from "#base/path.ts";
import type { Effect } from "#guard/vocabulary/effect.ts";

/**
 * `copies`: within what `sallyport undo` covers, had it been in force. `reflog`: git keeps it for a while. `tools`: tools make it again.
 * `nothing`: neither. `unknown`: which place it was cannot be told.
 */
export type Undo = "copies" | "reflog" | "tools" | "nothing" | "unknown";
/** `deleted`: files. Else the act on a repository, as the effect names it. */
export type Destroyed = { readonly what: string; readonly undo: Undo };

/** Where the project and the home are, which directories our copies leave out because tools make them again, and which are for temporary files. */
export type Place = {
  readonly root: string;
  readonly home: string;
  readonly leftOut: ReadonlySet<string>;
  readonly temporary: readonly string[];
};

/** What these effects destroy, each kind once. Temporary files are nothing to lose. */
export function destroyedBy(effects: readonly Effect[], place: Place): readonly Destroyed[] {
  const found = new Map<string, Destroyed>();
  for (const effect of effects) {
    const one = destroyed(effect, place);
    if (one !== undefined) found.set(`${one.what} ${one.undo}`, one);
  }
  return [...found.values()];
}

function destroyed(effect: Effect, place: Place): Destroyed | undefined {
  if (effect.kind === "history") return { what: effect.operation, undo: undoOf(effect) };
  if (effect.kind !== "delete") return undefined;
  const { target } = effect;
  if (target.kind === "unresolved") return { what: "deleted", undo: "unknown" };
  if (target.kind === "pattern" && target.isNew === true) return undefined;
  const path = target.kind === "path" ? target.real : target.path;
  const isOwn = isWithin(place.root, path) || isWithin(place.home, path);
  if (!isOwn && place.temporary.some((one) => isWithin(one, path))) return undefined;
  // Nothing is put back where the root of the project itself is gone.
  if (!isWithin(place.root, path) || path === place.root)
    return { what: "deleted", undo: "nothing" };
  const parts = path.slice(place.root.length + 1).split("/");
  const isMade = parts.some((part) => place.leftOut.has(part));
  return { what: "deleted", undo: isMade ? "tools" : "copies" };
}

function undoOf({ operation, remote }: Extract<Effect, { kind: "history" }>): Undo {
  switch (operation) {
    case "force-push":
      return "nothing";
    case "prune":
      return "copies";
    case "force-push-with-lease":
      return "reflog";
    case "delete-ref":
      return remote === undefined ? "reflog" : "nothing";
    case "amend":
    case "rewrite":
      return "reflog";
    // What was not committed is in no history; the files of the project are in our copies.
    case "reset":
    case "discard":
      return "copies";
    default:
      return operation satisfies never;
  }
}

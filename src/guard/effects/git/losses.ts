// What an act of git would lose for good: which files, branches or changes that were put away its words mean, and what is asked of them.
import { isWithin, joinPath } from "#base/path.ts";
import type { GitAct, LostWork } from "../../facts/facts.ts";
import { knownPrefix, literal, type Text, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { fromDirectory, type GitCall, history } from "./call.ts";

type Operation = Parameters<typeof history>[0];
type Overwriting = Extract<GitAct, { kind: "overwrites" }>;

/** Consequence: `history` that loses what these acts lose together; without one that is known it may lose anything. */
export function loses(
  call: GitCall,
  operation: Operation,
  acts: readonly (GitAct | undefined)[],
): Consequence {
  return withLoss(operation, lostBy(call, acts));
}

/** Consequence: files become those of a commit or of the index. Of paths that stand for more than one place it is only told whether anything is lost. */
export function overwrites(
  call: GitCall,
  operation: Operation,
  act: Omit<Overwriting, "kind" | "paths" | "from"> & {
    readonly from: Text | undefined;
    /** Undefined: all of the working tree. */
    readonly paths: readonly Text[] | undefined;
    /** More than that is taken away in no case, perhaps less. */
    readonly isRough?: boolean;
  },
  others: readonly GitAct[] = [],
): Consequence {
  const from = act.from === undefined ? undefined : textOf(act.from);
  if (act.from !== undefined && from === undefined) return history(operation);
  const places = act.paths?.map((path) => placeOf(call, path));
  const known = places?.filter((place) => place !== undefined) ?? [];
  const isRough = act.isRough === true || known.length < (places?.length ?? 0);
  const paths = isRough ? [] : known;
  const lost = lostBy(call, [{ kind: "overwrites", from, staged: act.staged, paths }, ...others]);
  return withLoss(operation, isRough && !isNothing(lost) ? undefined : lost);
}

/** The references with these names of branches or tags; undefined where one is not known. */
export function referencesOf(
  names: readonly Text[],
  folder: "heads" | "tags" | "remotes",
): GitAct | undefined {
  const found = names.map((name) => textOf(name));
  return found.every((name) => name !== undefined) && found.length > 0
    ? {
        kind: "removes-refs",
        names: found.map((name) => `refs/${folder}/${name}`),
        isLater: false,
      }
    : undefined;
}

/** What these acts lose together; undefined where it cannot be told. */
export function lostBy(call: GitCall, acts: readonly (GitAct | undefined)[]): LostWork | undefined {
  const { repository, context } = call;
  if (!call.isPlain || typeof repository !== "object" || repository.books !== undefined)
    return undefined;
  const { gitDirectory, root } = repository;
  return lostTogether(
    acts.map((act) => act && context.lost({ gitDirectory, workTree: root }, act)),
  );
}

/** The sum of what is lost; undefined where one part is. */
export function lostTogether(parts: readonly (LostWork | undefined)[]): LostWork | undefined {
  return parts.reduce(
    (sum, one) =>
      sum &&
      one && {
        files: [...sum.files, ...one.files],
        ...copiedOf(sum, one),
        commits: [...sum.commits, ...one.commits],
        more: sum.more + one.more,
      },
    NOTHING,
  );
}

function copiedOf(...works: readonly LostWork[]): Pick<LostWork, "copied"> {
  const copied = works.flatMap((work) => work.copied ?? []);
  return copied.length === 0 ? {} : { copied };
}

const NOTHING: LostWork = { files: [], commits: [], more: 0 };

/** Whether all of it can be given back. */
export function isNothing(lost: LostWork | undefined): boolean {
  return lost !== undefined && lost.files.length + lost.commits.length + lost.more === 0;
}

/** Consequence: `history` that loses this; anything where it is undefined. */
export function withLoss(operation: Operation, lost: LostWork | undefined): Consequence {
  return lost === undefined
    ? history(operation)
    : { kind: "effect", effect: { kind: "history", operation, remote: undefined, lost } };
}

/** The place in the working tree that a path means; undefined where it may mean others, too. */
function placeOf(call: GitCall, path: Text): string | undefined {
  const { repository, context } = call;
  const here = context.placeOf(fromDirectory(call, literal(".")));
  const given = textOf(path);
  if (here === undefined || given === undefined || typeof repository !== "object") return undefined;
  // WHY no backslash: before a character it stands for that alone.
  if (/^:|[*?[\\]/.test(given) || knownPrefix(path) === "") return undefined;
  const place = joinPath(here, given);
  return isWithin(repository.root, place) ? place : undefined;
}

/** Settings of one call after which git keeps and overwrites as it does without. */
const PLAIN_SETTING =
  /^(?:(?:user|author|committer|color|advice|log|http)\.[^=]*|core\.(?:pager|abbrev|quotepath)|(?:commit|tag)\.gpgsign|commit\.(?:verbose|cleanup)|gc\.auto|init\.defaultbranch|(?:merge|diff)\.conflictstyle|rebase\.auto(?:squash|stash)|protocol\.file\.allow|(?:core|sequence)\.editor=(?::|cat|true|))(?:=|$)/i;

/** Whether options and variables of a call leave git to keep, find and overwrite as it does by itself. */
export function isPlainCall(
  settings: readonly Text[],
  switches: readonly Text[],
  { variable }: Pick<ModelContext, "variable">,
): boolean {
  const others = [
    "GIT_OBJECT_DIRECTORY",
    "GIT_ICASE_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_CONFIG_GLOBAL",
  ];
  return (
    settings.every((setting) => PLAIN_SETTING.test(textOf(setting) ?? "")) &&
    switches.every(
      (word) =>
        !/^--(?:icase-pathspecs|bare|namespace|super-prefix|attr-source|exec-path)/.test(
          textOf(word) ?? "--bare",
        ),
    ) &&
    others.every((name) => variable(name) === undefined)
  );
}

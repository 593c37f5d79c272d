// ls: names and metadata, which are not content.
import { escapeGlob } from "#base/glob.ts";
import { EMPTY, hole, likeOf, literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { ABOUT, DIGITS, flags, maybeTaking, taking } from "../model/option-list.ts";

/** A program by its whole path. */
const PROGRAM = /^\/(?:usr\/)?(?:local\/)?s?bin\/[\w.+-]+$/;
/** Names that are told one by one; of more only that they are unknown. */
const NAMES_MAX = 32;

export const ls: CommandModel = command({
  names: ["ls"],
  hasHarmlessOptions: true,
  options: {
    itself: flags("-d --directory"),
    hidden: flags("-A --almost-all"),
    /** Order and number of the names alone. */
    order: flags(
      "-c -h -k -q -r -S -t -u -U -v -X -B -H -L -G",
      "--reverse --group-directories-first --human-readable --kibibytes --si --no-group --dereference --ignore-backups --hide-control-chars",
    ),
    ordered: taking("-I --ignore --hide --sort --time --time-style --block-size"),
    /** More than names, or names that are changed. */
    style: flags(
      "--dereference-command-line --dereference-command-line-symlink-to-dir -a -b -C -D -f -F -g -i -l -m -n -N -o -p -Q -R -s -x -Z",
      "--all --escape --quote-name --inode --recursive --size --numeric-uid-gid --full-time --file-type --literal --zero --author --context --show-control-chars --dired",
    ),
    choice: maybeTaking("--color --classify --hyperlink"),
    valued: taking("-w -T --width --tabsize --format --indicator-style --quoting-style"),
    digits: DIGITS,
    about: ABOUT,
  },
  // Names and metadata are not content: policy has no opinion on them.
  effects: (invocation, context) => {
    const [only, ...others] = invocation.operands;
    const named = only === undefined || others.length > 0 ? undefined : textOf(only);
    // The name of a program that is there, as in `$(ls /bin/rm)`.
    if (named !== undefined && PROGRAM.test(named) && !isStyled(invocation))
      return [prints([literal(`${named}\n`), [hole("unmodelled")]])];
    const likes = likesOfNames(invocation, context);
    if (likes === undefined || likes.length > NAMES_MAX) return [prints([[hole("unmodelled")]])];
    const names = likes.map((like): Text => [hole("dynamic-path", { like })]);
    return [prints(names.length === 0 ? EMPTY : names)];
  },
});

/** Whether lines may hold more than names. */
function isStyled({ has, unknownOptions: strange }: Invocation): boolean {
  return ["style", "choice", "valued"].some((option) => has(option)) || strange.length > 0;
}

/** What each line of the output looks like; undefined where lines hold more than a name. */
function likesOfNames(
  invocation: Invocation,
  context: ModelContext,
): readonly string[] | undefined {
  if (isStyled(invocation)) return undefined;
  const { operands, has } = invocation;
  const places = operands.length === 0 ? [literal(".")] : operands;
  const likes = places.map((place): readonly string[] | undefined => {
    if (place.some((piece) => piece.kind === "hole" && piece.like === undefined)) return undefined;
    const itself = likeOf(place);
    if (has("itself")) return [itself];
    if (context.isFile(place)) return [itself];
    const names = namesIn(place, has("hidden"), context);
    if (!context.isDirectory(place)) return [itself, ...names];
    // Several directories are listed apart, with their names and empty lines between.
    return places.length > 1 ? undefined : names;
  });
  return likes.includes(undefined) ? undefined : [...new Set(likes.flatMap((one) => one ?? []))];
}

/** Globs for the names in a directory: those that facts tell, else that none is hidden. */
function namesIn(place: Text, withHidden: boolean, context: ModelContext): readonly string[] {
  if (withHidden) return ["*"];
  const path = textOf(place)
    ?.replace(/^(?:\.\/)+/, "")
    .replace(/\/+$/, "");
  if (path === undefined || /^\/|(?:^|\/)\.\.(?:\/|$)|^$/.test(path)) return ["[!.]*"];
  const prefix = path === "." ? "" : `${path}/`;
  const found = context.matches(`${escapeGlob(prefix)}*`);
  if (found === undefined) return ["[!.]*"];
  const names = found.map((one) => one.slice(prefix.length));
  const isPlain = names.length <= NAMES_MAX && names.every((name) => !/\s/.test(name));
  if (isPlain) return names.map(escapeGlob);
  return [names.some((name) => name.startsWith("-")) ? "[!.]*" : "[!.-]*"];
}

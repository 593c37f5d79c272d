// Pathname expansion: from fields with live wildcards to the paths that match them.
import { escapeGlob, hasMagic, unescapeGlob } from "#base/glob.ts";
import { ALTERNATIVES_MAX, FIELDS_MAX } from "#base/limits.ts";
import { baseName } from "#base/path.ts";
import type { Fields } from "../values/field-splitting.ts";
import type { Io, Shell } from "../values/host.ts";
import { patternSource } from "../values/patterns.ts";
import type { Scope } from "../values/scope.ts";
import { globWithoutUps, leadsUp } from "../values/ways-up.ts";
import { hole, likeOf, literal, sourcesOf, type Text } from "../values/text.ts";
import { quoted } from "../values/text-changes.ts";

/** Pathname expansion of every field that holds a live wildcard; several lists where the options are not certain. */
export function pathnames(fields: Fields, scope: Scope, io: Io, shell: Shell): readonly Fields[] {
  if (!fields.some((text) => text.some((piece) => piece.kind === "glob"))) return [fields];
  const isPattern = (text: Text): boolean =>
    text.some((piece) => piece.kind === "glob" && (hasMagic(piece.glob) || piece.glob === "*"));
  if (!fields.some(isPattern)) return [fields.map(quoted)];
  const literals = fields.map(quoted);
  if (isOn("noglob", scope)) return [literals];
  const lists = globSettings(scope).map((settings) => matched(fields, settings, scope, io, shell));
  return mayBeOn("noglob", scope) ? [...lists, literals] : lists;
}

/** The option of zsh that qualifiers behind a pattern are read: off in the shells of the client, on in any other. */
export const BARE_QUALIFIERS = "bareglobqual";

/** What the options say of one pathname expansion. */
type GlobSettings = {
  readonly dotfiles: boolean;
  readonly ignoreCase: boolean;
  readonly isNull: boolean;
};

function isOn(option: string, scope: Scope): boolean {
  return scope.options.has(option) && !scope.unsureOptions.has(option);
}

/** Whether an option of the shell is on, on one of the paths taken at least. */
export function mayBeOn(option: string, scope: Scope): boolean {
  return scope.options.has(option);
}

/** Every combination that the path taken so far may have left. */
function globSettings(scope: Scope): readonly GlobSettings[] {
  const states = (...options: readonly string[]): readonly boolean[] => {
    if (options.some((option) => isOn(option, scope))) return [true];
    return options.some((option) => mayBeOn(option, scope)) ? [true, false] : [false];
  };
  return states("dotglob", "globdots").flatMap((dotfiles) =>
    states("nocaseglob").flatMap((ignoreCase) =>
      states("nullglob").map((isNull) => ({ dotfiles, ignoreCase, isNull })),
    ),
  );
}

function matched(
  fields: Fields,
  settings: GlobSettings,
  scope: Scope,
  io: Io,
  shell: Shell,
): Fields {
  const result: Text[] = [];
  for (const text of fields) {
    if (!text.some((piece) => piece.kind === "glob")) result.push(text);
    else if (!hasMagic(likeOf(text))) result.push(quoted(text));
    else result.push(...pathname(text, settings, scope, io, shell));
    if (result.length > FIELDS_MAX)
      return [...result.slice(0, FIELDS_MAX), [hole("budget", { like: likeOf(text) })]];
  }
  return result;
}

function pathname(
  text: Text,
  settings: GlobSettings,
  scope: Scope,
  io: Io,
  shell: Shell,
): readonly Text[] {
  const glob = likeOf(text);
  const unexpanded = [text];
  // Where nothing matches, zsh ends the command and the list that it stands in.
  if (shell.dialects.includes("zsh")) io.ends?.add();
  if (text.some((piece) => piece.kind === "hole")) {
    // What matches nothing is no field at all.
    if (!settings.isNull) return unexpanded;
    // WHY: of what a hole splits into, only the first and the last field have what stands around it.
    const isSplit = text.some((piece) => piece.kind === "hole" && piece.splits);
    const like = isSplit ? {} : { like: glob };
    return [[hole("unmodelled", { splits: true, ...like, sources: sourcesOf([text]) })]];
  }
  const [directory] = scope.directories;
  if (scope.directories.length !== 1 || directory === undefined) return unexpanded;
  const spelled = shellStars(glob, shell, scope);
  const pattern = absoluteGlob(directory, spelled);
  // WHY an option is what it says after code that may do anything: who would make a file named like one for the next
  // program to read could as well do itself what that would do.
  const by = glob.startsWith("-") ? "name" : "anything";
  if (pattern === undefined || shell.host.filesChanged(pattern, by)) return unexpanded;
  const whole = spelled.startsWith("/") ? spelled : `${escapeGlob(directory)}/${spelled}`;
  // Behind a link its steps up lead elsewhere.
  const ask = shell.host.ask.bind(shell.host);
  if (leadsUp(whole) && globWithoutUps(whole, ask) !== pattern) return unexpanded;
  const mayHide = mayMeanHidden(text);
  const answer = shell.host.ask({
    kind: "glob",
    pattern,
    dotfiles: settings.dotfiles || mayHide,
    ignoreCase: settings.ignoreCase,
  });
  // What GLOBIGNORE leaves out is not worked out; hidden names count where it is set.
  const ignored = scope.get("GLOBIGNORE");
  if (ignored !== undefined && ignored.absent !== "yes") return unexpanded;
  if (answer?.kind !== "glob" || !answer.complete || answer.paths.length > FIELDS_MAX)
    return settings.dotfiles || mayHide ? unexpanded : [withoutHidden(text)];
  const found = meant(answer.paths, text, directory, settings);
  // Which names with a dot in front an extended pattern means is not worked out: it may mean those that it matches.
  if (mayHide && !settings.dotfiles && found?.some((path) => baseName(path).startsWith(".")))
    return unexpanded;
  const paths = found === undefined || !glob.endsWith("/") ? found : directoriesOf(found, shell);
  if (paths === undefined) return unexpanded;
  if (paths.length === 0) {
    // Dot files are where settings lie: what matches nothing now may match when the command runs.
    const later = mayHide || /(?:^|\/)\.[^/]*[*?[][^/]*\/?$/.test(glob) ? [text] : [];
    return settings.isNull ? later : [quoted(text), ...later];
  }
  const names = asWritten(paths, spelled, directory);
  if (names === undefined) return unexpanded;
  // Under `globstar` two stars behind a directory match the directory too.
  if (spelled.endsWith("/**") && mayBeOn("globstar", scope)) return unexpanded;
  return names.map(literal);
}

/**
 * The pattern with what it says of names with a dot in front: a star that begins one means none of them. WHY: too many files are named by
 * the pattern alone, and settings, which lie behind dots, would be among what it may mean.
 */
function withoutHidden(text: Text): Text {
  return text.map((piece, at) => {
    if (piece.kind !== "glob" || piece.extended !== undefined || !/^[*?]$/.test(piece.glob))
      return piece;
    const before = text[at - 1];
    const isFirst = before === undefined || (before.kind === "text" && before.text.endsWith("/"));
    return isFirst ? { ...piece, glob: piece.glob === "*" ? "[!.]*" : "[!.]" } : piece;
  });
}

/** Whether an extended pattern may mean names with a dot in front: `@(.env|x)` and `?(x).env` do, without any option. */
function mayMeanHidden(text: Text): boolean {
  const isExtended = text.some((piece) => piece.kind === "glob" && piece.extended !== undefined);
  return (
    isExtended &&
    text.some((piece) =>
      piece.kind === "glob"
        ? (piece.extended ?? piece.glob).includes(".")
        : piece.kind === "text" && piece.text.includes("."),
    )
  );
}

/** Those of the paths that an extended pattern means; the question was asked with a wider one. */
function meant(
  paths: readonly string[],
  text: Text,
  directory: string,
  settings: GlobSettings,
): readonly string[] | undefined {
  if (!text.some((piece) => piece.kind === "glob" && piece.extended !== undefined)) return paths;
  if (likeOf(text).includes("/") || settings.ignoreCase) return undefined;
  const source = patternSource(text, { isExtended: true });
  if (source === undefined) return undefined;
  const whole = new RegExp(`^(?:${source})$`, "u");
  const prefix = directory === "/" ? "/" : `${directory}/`;
  return paths.filter((path) => path.startsWith(prefix) && whole.test(path.slice(prefix.length)));
}

/** Those of the paths that are directories: what a pattern with a slash at its end means. Undefined when that is not known. */
function directoriesOf(paths: readonly string[], shell: Shell): readonly string[] | undefined {
  if (paths.length > ALTERNATIVES_MAX) return undefined;
  const types = paths.map((path) => {
    const fact = shell.host.ask({ kind: "path", path });
    return fact?.kind === "path" ? fact.type : undefined;
  });
  if (types.includes(undefined)) return undefined;
  return paths.filter((_, at) => types[at] === "directory");
}

/**
 * The paths as the shell writes them: what stands before the first wildcard stays as it is, and so does a slash at the end.
 * Undefined where more of the pattern is spelled in a way of its own.
 */
function asWritten(
  paths: readonly string[],
  glob: string,
  directory: string,
): readonly string[] | undefined {
  const parts = glob.split("/");
  const first = parts.findIndex((part) => hasMagic(part));
  const end = glob.endsWith("/") ? "/" : "";
  const rest = parts.slice(first, end === "" ? undefined : -1);
  if (first < 0 || rest.some((part) => part === "" || part === "." || part === ".."))
    return undefined;
  const written = parts
    .slice(0, first)
    .map((part) => `${unescapeGlob(part)}/`)
    .join("");
  const base = absoluteGlob(
    directory,
    parts.slice(0, first).join("/") || (glob.startsWith("/") ? "/" : "."),
  );
  if (base === undefined) return undefined;
  const plain = unescapeGlob(base);
  const prefix = plain === "/" ? "/" : `${plain}/`;
  if (paths.some((path) => !path.startsWith(prefix))) return undefined;
  return paths.map((path) => `${written}${path.slice(prefix.length)}${end}`);
}

// Two stars cross directories only before a slash in zsh, and in bash only under `globstar`; else they are one star.
function shellStars(glob: string, shell: Shell, scope: Scope): string {
  if (mayBeOn("globstar", scope)) return glob;
  return glob.replace(/\*{2,}(\/?)/g, (whole, slash: string) =>
    shell.dialects.includes("zsh") && slash !== "" ? whole : `*${slash}`,
  );
}

/** A glob seen from a directory, absolute and clean. Undefined when `..` makes that impossible without the disk. */
export function absoluteGlob(directory: string, glob: string): string | undefined {
  const parts: string[] = [];
  const source = glob.startsWith("/") ? glob : `${escapeGlob(directory)}/${glob}`;
  for (const part of source.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (parts.length > 0 && hasMagic(parts[parts.length - 1] ?? "")) return undefined;
      parts.pop();
    } else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

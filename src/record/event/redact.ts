// What may be remembered of a command, a path or a host: known words, the kind of place, and keyed digests. No literals.
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { CommandModel } from "#guard/effects/model/command-model.ts";
import { findCommand } from "#guard/effects/commands/index.ts";
import type { Destination, Effect, Target } from "#guard/vocabulary/effect.ts";
import { BUILTINS } from "#guard/shell/builtins/builtins.ts";
import { plainName } from "./bounded.ts";

/** A stand-in for a text: base32 of an HMAC under the install's digest key. `domain` keeps kinds of text apart. */
export type Digest = (domain: DigestDomain, text: string) => string;
export type DigestDomain = "word" | "path" | "host" | "name";

/**
 * Where the pieces of a command text are, in UTF-16 units, in order. `program` is exactly the name of a modelled program,
 * of a subcommand of it, or of a built-in of the shell, and `flag` exactly the name of a flag of such a program, without
 * a value: names that stand in our own tables. What lies between pieces is syntax, or text that nobody understood.
 */
export type CommandOutline = readonly {
  readonly start: number;
  readonly end: number;
  readonly kind: "program" | "flag" | "word";
}[];

/** A command with a placeholder for each unknown word. `omitted` counts pieces beyond the bound. */
export type NormalisedCommand = { readonly text: string; readonly omitted: number };

const PIECES_MAX = 400;
/** Pieces of syntax in a row. */
const SYNTAX_MAX = 16;
const TEXT_CHARS_MAX = 8 * 1024;
const WORD_DIGEST_CHARS = 8;
const PLACE_DIGEST_CHARS = 16;
const PROGRAM = /^[a-z0-9[][a-z0-9._+[\]-]{0,31}$/;
// WHY: what follows a letter may be a value that was written without a space (`-pS3cret`, `-psecret`). Digits, letters
// that come twice and more than four of them make it a word, also where all of them are flags of the program.
const FLAG = /^(?:-(?!.*(.).*\1)[a-zA-Z]{1,4}|--[a-z][a-zA-Z-]{0,39}|-[0-9])$/;
const OPERATOR = /^(?:[|&;(){}!]{1,3}|[12]?[<>]{1,3}[&|-]?|\[\[|\]\])$/;
const RESERVED: ReadonlySet<string> = new Set([
  "if",
  "then",
  "elif",
  "else",
  "fi",
  "for",
  "in",
  "while",
  "until",
  "do",
  "done",
  "case",
  "esac",
  "select",
  "function",
  "time",
  "coproc",
]);

/**
 * The command with every word replaced by `<word:XXXXXXXX>`, save names of programs, of their subcommands and flags, and
 * syntax. An outline that does not fit the text gives one placeholder for all of it.
 */
export function normaliseCommand(
  command: string,
  outline: CommandOutline,
  digest: Digest,
): NormalisedCommand {
  if (!fits(outline, command.length)) return { text: placeholder(command, digest), omitted: 0 };
  const pieces: string[] = [];
  let at = 0;
  let model: CommandModel | undefined;
  let afterName = false;
  let chars = 0;
  const add = (piece: string): void => {
    if (piece === "") return;
    pieces.push(piece);
    chars += piece.length + 1;
  };
  for (const [place, { start, end, kind }] of outline.entries()) {
    if (pieces.length >= PIECES_MAX || chars > TEXT_CHARS_MAX)
      return { text: pieces.join(" "), omitted: outline.length - place };
    add(between(command.slice(at, start), digest));
    const text = command.slice(start, end);
    const isSubcommand = model?.subcommands?.has(text) === true;
    const keeps: boolean =
      kind === "program"
        ? isSubcommand || isOwnName(text)
        : kind === "flag" && afterName && FLAG.test(text);
    if (kind === "program") {
      afterName = keeps;
      if (!isSubcommand) model = findCommand(text);
    }
    add(keeps ? text : placeholder(text, digest));
    at = end;
  }
  // Behind an outline that lists nothing there is no syntax that anybody understood.
  const rest = command.slice(at);
  add(outline.length === 0 ? placeholder(rest, digest) : between(rest.trimEnd(), digest));
  return { text: pieces.join(" "), omitted: 0 };
}

/** What lies between two pieces: syntax of the shell as it is, or one placeholder when it is anything else as well. */
function between(text: string, digest: Digest): string {
  const tokens = (text.match(/\n|\S+/g) ?? [])
    .map((token) => (token === "\n" ? ";" : token))
    .filter((token, place, all) => token !== ";" || all[place - 1] !== ";");
  const isSyntax =
    tokens.length <= SYNTAX_MAX &&
    tokens.every((token) => OPERATOR.test(token) || RESERVED.has(token));
  return isSyntax ? tokens.join(" ") : placeholder(text.trim(), digest);
}

/** Whether a name looks like a program's: short, lower case, no path. */
export function isProgramName(name: string): boolean {
  return PROGRAM.test(name);
}

function fits(outline: CommandOutline, length: number): boolean {
  let at = 0;
  for (const { start, end } of outline) {
    if (
      !Number.isInteger(start) ||
      !Number.isInteger(end) ||
      start < at ||
      end <= start ||
      end > length
    )
      return false;
    at = end;
  }
  return true;
}

/** WHY again, when the outline said so: a name is kept because it stands in a table, not because a place was right. */
function isOwnName(text: string): boolean {
  return BUILTINS.has(text) || (isProgramName(text) && findCommand(text) !== undefined);
}

function placeholder(text: string, digest: Digest): string {
  return `<word:${digest("word", text).slice(0, WORD_DIGEST_CHARS)}>`;
}

/** The kind of place that a path or host is. For a host `system` is this machine. */
export type Scope = "project" | "home" | "system" | "temp" | "own" | "other" | "unresolved";

const SYSTEM_DIRECTORIES = [
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib32",
  "/lib64",
  "/opt",
  "/proc",
  "/run",
  "/sbin",
  "/srv",
  "/sys",
  "/usr",
  "/var",
  "/Applications",
  "/Library",
  "/System",
  "/private/etc",
  "/private/var",
];
const TEMPORARY_DIRECTORIES = [
  "/tmp",
  "/var/tmp",
  "/private/tmp",
  "/dev/shm",
  "/var/folders",
  "/private/var/folders",
];

/** Which place an absolute path is in; the narrowest one counts. */
export function scopeOfPath(path: string, session: SessionFacts): Scope {
  if (session.ownPaths.some((own) => isWithin(path, own))) return "own";
  if (isWithin(path, session.projectRoot)) return "project";
  if (TEMPORARY_DIRECTORIES.some((root) => isWithin(path, root))) return "temp";
  if (isWithin(path, session.home)) return "home";
  return SYSTEM_DIRECTORIES.some((root) => isWithin(path, root)) ? "system" : "other";
}

function isWithin(path: string, root: string): boolean {
  return root !== "" && (path === root || path.startsWith(root.endsWith("/") ? root : `${root}/`));
}

/** A path or host as it is recorded. `digest` is missing where nothing was resolved. */
export type Place = { readonly scope: Scope; readonly digest?: string };

/** The place of a file effect. A pattern counts as the place of its fixed beginning. */
export function placeOfTarget(target: Target, session: SessionFacts, digest: Digest): Place {
  const short = (path: string): string => digest("path", path).slice(0, PLACE_DIGEST_CHARS);
  switch (target.kind) {
    case "path":
      return { scope: scopeOfPath(target.real, session), digest: short(target.real) };
    case "pattern": {
      const fixed = target.path.slice(0, Math.max(0, target.path.search(/[*?[\\]/)));
      return {
        scope: scopeOfPath(fixed.replace(/\/[^/]*$/, "") || "/", session),
        digest: short(target.path),
      };
    }
    case "unresolved":
      if (target.within === undefined) return { scope: "unresolved" };
      return { scope: scopeOfPath(target.within, session), digest: short(target.within) };
    default:
      return target satisfies never;
  }
}

/** The place that data would reach. */
export function placeOfHost(destination: Destination, digest: Digest): Place {
  const { host } = destination;
  if (host === undefined) return { scope: "unresolved" };
  const isLoopback = host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
  return {
    scope: isLoopback ? "system" : "other",
    digest: digest("host", host).slice(0, PLACE_DIGEST_CHARS),
  };
}

/** A stable stand-in for a name that came from outside: a ref, a package, a user. */
export function nameDigest(name: string, digest: Digest): string {
  return digest("name", name).slice(0, PLACE_DIGEST_CHARS);
}

/** A name from outside in a sealed place: as it is when it is plain, else its digest. */
export function nameOrDigest({ digest }: { readonly digest: Digest }, name: string): string {
  return plainName(name) ?? `digest/${nameDigest(name, digest)}`;
}

/** The place that an effect is about, when it is about one. */
export function placeOfEffect(
  effect: Effect,
  session: SessionFacts,
  digest: Digest,
): Place | undefined {
  switch (effect.kind) {
    case "read":
    case "write":
    case "delete":
      return placeOfTarget(effect.target, session, digest);
    case "persist":
    case "tamper":
      return effect.target === undefined
        ? undefined
        : placeOfTarget(effect.target, session, digest);
    case "egress":
      return placeOfHost(effect.destination, digest);
    case "execute":
    case "history":
    case "publish":
    case "deploy":
    case "install":
    case "privilege":
    case "unknown":
      return undefined;
    default:
      return effect satisfies never;
  }
}

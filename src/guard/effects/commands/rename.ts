// rename: gives many files new names, by an expression of Perl or by one text in place of another.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type ModelContext,
} from "../model/command-model.ts";
import { deletes, reads, writes } from "../model/consequences.ts";
import { writesUnknown } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** Files that are named one by one. */
const FILES_MAX = 64;

export const rename: CommandModel = command({
  names: ["rename", "prename", "file-rename", "rename.ul"],
  options: {
    expression: taking("-e -E"),
    dry: flags("-n --nono --no-act --just-print"),
    backup: maybeTaking(
      "-b --backup -B --prefix -V --version-control -Y --basename-prefix -z -S --suffix",
    ),
    style: flags(
      "-v --verbose -0 --null -f --force --path --fullpath -d --filename --nopath --nofullpath -m --man -u --unicode -s --symlink -a --all -l --last -i --interactive -o --no-overwrite -h",
    ),
    about: ABOUT,
  },
  effects: ({ operands, has, values, stdin }, context) => {
    if (has("about")) return [];
    const given = values("expression");
    const [first = []] = operands;
    const expressions = given.length > 0 ? given : [first];
    const changes = expressions.map((text) => substitution(textOf(text)));
    const [from, to] = operands.map((word) => textOf(word));
    const isPerl = given.length > 0 || /^(?:s|y|tr)\b|[;$]/.test(from ?? "$");
    if (isPerl && changes.includes(undefined))
      return [runsFrom("rename", "inline"), ...writesUnknown("names that an expression makes")];
    const files = operands.slice(isPerl ? (given.length > 0 ? 0 : 1) : 2);
    if (files.length === 0 && stdin !== undefined) return writesUnknown("file names that come in");
    if (has("dry")) return [];
    const change = isPerl
      ? (name: string) => changes.reduce((result, one) => one?.(result) ?? result, name)
      : (name: string) =>
          from === undefined || to === undefined ? undefined : replaced(name, from, to);
    return files.flatMap((file) => renamed(file, change, context));
  },
});

/** The text replaced once in the last part of the path: what comes before it stays. */
function replaced(path: string, from: string, to: string): string {
  const at = path.lastIndexOf("/") + 1;
  return path.slice(0, at) + path.slice(at).replace(from, () => to);
}

function renamed(
  file: Text,
  change: (name: string) => string | undefined,
  context: ModelContext,
): readonly Consequence[] {
  const name = textOf(file);
  const pattern = file.map((piece) =>
    piece.kind === "glob" ? piece.glob : piece.kind === "text" ? piece.text : undefined,
  );
  const matched = pattern.includes(undefined) ? undefined : context.matches(pattern.join(""));
  const names = name === undefined ? matched : [name];
  if (names === undefined || names.length > FILES_MAX)
    return writesUnknown("which files get which names");
  return names.flatMap((old): readonly Consequence[] => {
    const next = change(old);
    if (next === undefined) return writesUnknown("the new name of a file");
    if (next === old) return [];
    const path = literal(old);
    return [
      reads(path, "tree"),
      deletes(path, "tree"),
      writes(literal(next), "create", { content: context.contentOf(path), sameAs: path }),
    ];
  });
}

/** What both Perl and JavaScript understand in the same way. */
const SHARED_PATTERN =
  /^(?:[\w\s,:;=@%&'"!~<>#-]|\\[./()[\]{}+*?|dwsDWSb-]|[.^$|*+?]|\[[^\][\\]*\]|\((?!\?)|\)|\{\d+(?:,\d*)?\})*$/;
const SHARED_REPLACEMENT = /^(?:[^\\$@]|\\[./-]|\$[1-9](?!\d))*$/;

/** A substitution or transliteration as a function; undefined for any other code. */
function substitution(code: string | undefined): ((name: string) => string) | undefined {
  const found =
    /^\s*(s|y|tr)([/|,#!:])((?:\\.|(?!\2)[^\\])*)\2((?:\\.|(?!\2)[^\\])*)\2([a-z]*)\s*;?\s*$/s.exec(
      code ?? "",
    );
  const [, kind, , from = "", to = "", marks = ""] = found ?? [];
  if (found === null) return undefined;
  if (kind !== "s") return transliteration(from, to, marks);
  // Few repetitions, so that matching takes no time.
  if (from.length > 64 || /[*+?{].*[*+?{].*[*+?{]/s.test(from)) return undefined;
  if (!/^[gi]*$/.test(marks) || !SHARED_PATTERN.test(from) || !SHARED_REPLACEMENT.test(to))
    return undefined;
  try {
    const pattern = new RegExp(from, marks);
    const by = to.replace(/\\(.)/g, "$1");
    return (name) => (name.length > 255 ? name : name.replace(pattern, by));
  } catch {
    return undefined;
  }
}

/** `y/A-Z/a-z/` and other pairs of ranges or of as many characters. */
function transliteration(
  from: string,
  to: string,
  marks: string,
): ((name: string) => string) | undefined {
  if (marks !== "" || /\\/.test(from + to)) return undefined;
  const [first, second] = [from, to].map((set) =>
    [...set.matchAll(/(.)-(.)|(.)/gs)].flatMap(([, start, end, one]) =>
      one !== undefined
        ? [one]
        : Array.from(
            { length: Math.max(0, (end ?? "").charCodeAt(0) - (start ?? "").charCodeAt(0) + 1) },
            (_, at) => String.fromCharCode((start ?? "").charCodeAt(0) + at),
          ),
    ),
  );
  if (first === undefined || second?.length !== first.length) return undefined;
  return (name) => [...name].map((one) => second[first.indexOf(one)] ?? one).join("");
}

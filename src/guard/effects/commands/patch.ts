// patch: changes the files that a difference names.
import {
  append,
  EMPTY,
  hole,
  literal,
  wholeFile,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { HERE } from "../bytes/archive.ts";
import {
  type CommandModel,
  type Consequence,
  type Invocation,
  type ModelContext,
  command,
} from "../model/command-model.ts";
import { deletes, prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

export const patch: CommandModel = command({
  names: ["patch", "gpatch"],
  options: {
    input: taking("-i --input"),
    output: taking("-o --output"),
    rejects: taking("-r --reject-file"),
    directory: taking("-d --directory"),
    strip: taking("-p --strip"),
    dry: flags("--dry-run -C --check"),
    editor: flags("-e --ed"),
    version: taking("-g --get"),
    choice: taking("-F --fuzz -D --ifdef --quoting-style --reject-format --read-only"),
    backupKind: taking("-V --version-control"),
    suffix: taking("-z --suffix"),
    backupPrefix: taking("-B --prefix -Y --basename-prefix"),
    merge: maybeTaking("--merge"),
    style: flags(
      "-l --ignore-whitespace -c --context -n --normal -u --unified -N --forward -R --reverse -E --remove-empty-files -Z --set-utc -T --set-time -b --backup --backup-if-mismatch --no-backup-if-mismatch -t --batch -f --force -s --quiet --silent --verbose --posix --binary --follow-symlinks -v",
    ),
    about: ABOUT,
  },
  effects: ({ operands, values, has, stdin }, context) => {
    const [directory] = values("directory");
    const [original, second] = operands;
    const source = values("input").at(-1) ?? second;
    const found: Consequence[] = [];
    // The patch itself is read where patch was started, its files in the directory that -d names.
    if (source !== undefined && isFile(source))
      found.push(reads(source), reads(below(directory, source)));
    const text: TextSet =
      source === undefined || !isFile(source)
        ? (stdin ?? EMPTY).flatMap((one) => onDisk(one, context))
        : context.textAt(source);
    if (has("editor") || has("version"))
      found.push(cannotTell("dynamic-code", "patch hands the difference to another program"));
    for (const path of values("rejects")) found.push(writes(below(directory, path), "create"));
    const outputs = values("output")
      .filter(isFile)
      .map((path) => below(directory, path));
    const changed =
      original !== undefined
        ? changes(below(directory, original), outputs, text)
        : named(text, directory, strip(values("strip").at(-1)), outputs);
    const isElsewhere = (one: Consequence): boolean =>
      one.kind === "writes" &&
      ((has("rejects") && hasEnd(one.path, ".rej")) ||
        (has("suffix") && !has("backupKind") && hasEnd(one.path, ".orig")));
    const copied = copies({ has, values }, changed);
    // To see whether it would fit, the files are read all the same.
    found.push(
      ...(has("dry")
        ? changed.filter(({ kind }) => kind === "reads")
        : [...changed.filter((one) => !isElsewhere(one)), ...copied]),
    );
    return [...found, prints(madeOf(text))];
  },
});

/** A difference that is all of one file. */
function onDisk(text: Text, context: ModelContext): TextSet {
  const file = wholeFile(text);
  return file?.kind === "path" ? context.textAt(literal(file.path)) : [text];
}

function strip(value: Text | undefined): number | undefined {
  const text = value === undefined ? undefined : textOf(value);
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : undefined;
}

/** Whether a difference may take a file away. */
function removes(text: Text): boolean {
  return textOf(text)?.match(/\/dev\/null|^rename from|^deleted|1970/m) !== null;
}

/** What happens to a file that is changed: the result, a backup, what did not fit. */
function changes(path: Text, outputs: readonly Text[], text: TextSet): readonly Consequence[] {
  const content = madeOf(text);
  const places = outputs.length > 0 ? outputs : [path];
  return [
    reads(path),
    ...places.flatMap((place) => [
      writes(place, "change", { content }),
      ...[".orig", ".rej"].map((suffix) =>
        writes(append(place, literal(suffix)), "create", { content }),
      ),
    ]),
    ...(outputs.length === 0 && text.some(removes) ? [deletes(path, "entry")] : []),
  ];
}

/** Whether a path ends in a suffix that the patch did not name itself. */
function hasEnd(path: Text, suffix: string): boolean {
  const last = path.at(-1);
  return last?.kind === "text" && last.text.endsWith(suffix);
}

/** Copies of files as they were, under the names that options ask for. */
function copies(
  { has, values }: Pick<Invocation, "has" | "values">,
  changed: readonly Consequence[],
): readonly Consequence[] {
  const paths = changed.flatMap((one) => (one.kind === "reads" ? [one.path] : []));
  const [suffix] = values("suffix");
  return paths.flatMap((path) => [
    ...(suffix === undefined ? [] : [writes(append(path, suffix), "create")]),
    ...(has("backupKind")
      ? [writes(append(path, [hole("unmodelled", { splits: false, like: ".~*~" })]), "create")]
      : []),
    // The prefix may lead into another directory.
    ...values("backupPrefix").map((prefix) =>
      writes(append(prefix, [hole("unmodelled", { splits: false, like: "*" })]), "create"),
    ),
  ]);
}

/** The files that a known difference names; else anything below, because patch does not leave the directory. */
function named(
  text: TextSet,
  directory: Text | undefined,
  count: number | undefined,
  outputs: readonly Text[],
): readonly Consequence[] {
  const known = text.map((one) => textOf(one));
  if (known.includes(undefined) || count === undefined) {
    const content = madeOf(text);
    return [
      reads(directory ?? HERE, "entry"),
      writes(directory ?? HERE, "change", { reach: "tree", content }),
      ...outputs.map((path) => writes(path, "create", { content })),
    ];
  }
  const paths = known.flatMap((one) => pathsOf(one ?? "", count));
  return [...new Set(paths)].flatMap((path) =>
    changes(below(directory, literal(path)), outputs, text),
  );
}

function pathsOf(text: string, count: number): readonly string[] {
  return [
    ...text.matchAll(
      /^(?:\+\+\+|---|\*\*\*|Index:|rename (?:from|to)|copy (?:from|to)) +([^\t\n]+)/gm,
    ),
  ]
    .map((found) => (found[1] ?? "").replace(/^"|"$/g, "").trim())
    .concat(
      [...text.matchAll(/^diff --git (\S+) (\S+)/gm)].flatMap((found) => [
        found[1] ?? "",
        found[2] ?? "",
      ]),
    )
    .filter((path) => path !== "/dev/null" && path !== "")
    .map((path) => path.split(/\/+/).slice(count).join("/"))
    .filter((path) => path !== "");
}

function below(directory: Text | undefined, path: Text): Text {
  return directory === undefined ? path : append(append(directory, literal("/")), path);
}

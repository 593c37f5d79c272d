// tar: packs trees, unpacks archives, and runs programs at several points on the way.
import type { ExcludePatterns } from "../../vocabulary/effect.ts";
import { excludePatterns } from "../arguments/exclude-patterns.ts";
import {
  append,
  dropKnown,
  EMPTY,
  knownPrefix,
  literal,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import { compresses, HERE, unpacksAnywhere, unpacksInto } from "../bytes/archive.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  type Invocation,
  type ModelContext,
} from "../model/command-model.ts";
import { deletes, prints, reads, writes, readsTree } from "../model/consequences.ts";
import { parseInvocation } from "../model/parse-invocation.ts";
import { cannotTell, isFile, listedFiles, madeOf, runsInShell } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";

const OPTIONS = {
  create: flags("-c --create"),
  extract: flags("-x --extract --get"),
  append: flags("-r --append -u --update -A --catenate --concatenate --delete"),
  look: flags("-t --list -d --diff --compare --test-label"),
  archive: taking("-f --file"),
  directory: taking("-C --directory"),
  oneTop: maybeTaking("--one-top-level"),
  absolute: flags("-P --absolute-names"),
  toOutput: flags("-O --to-stdout"),
  program: taking("-I --use-compress-program"),
  script: taking("-F --info-script --new-volume-script"),
  toCommand: taking("--to-command"),
  action: taking("--checkpoint-action"),
  remote: taking("--rmt-command --rsh-command"),
  lists: taking("-T --files-from"),
  excludes: taking("-X --exclude-from"),
  exclude: taking("--exclude"),
  exactly: flags("--anchored --no-wildcards --no-unquote"),
  maps: taking("--group-map --owner-map"),
  snapshot: taking("-g --listed-incremental"),
  index: taking("--index-file --volno-file"),
  removes: flags("--remove-files"),
  replacesTrees: flags("--recursive-unlink"),
  added: taking("--add-file"),
  localName: flags("--force-local"),
  gzip: flags("-z --gzip --gunzip --ungzip"),
  bzip2: flags("-j --bzip2"),
  xz: flags("-J --xz"),
  zstd: flags("--zstd"),
  other: flags("--lzip --lzma --lzop -Z --compress --uncompress"),
  guess: flags("-a --auto-compress"),
  choice: taking(
    "--hole-detection --level --sparse-version --exclude-ignore --exclude-ignore-recursive --exclude-tag --exclude-tag-all --exclude-tag-under --group --mode --mtime --owner --sort --xattrs-exclude --xattrs-include -L --tape-length -b --blocking-factor --record-size -H --format --pax-option -V --label -K --starting-file --newer-mtime -N --newer --after-date --suffix --strip-components --transform --xform --no-quote-chars --quote-chars --quoting-style --warning",
  ),
  glued: maybeTaking("--occurrence --atime-preserve --backup --checkpoint --totals"),
  style: flags(
    "--exclude-caches-under --ignore-command-error -s --check-device -G --incremental --ignore-failed-read --no-check-device --no-seek -n --seek -S --sparse --exclude-backups --exclude-caches --exclude-caches-all --exclude-vcs --exclude-vcs-ignores --no-null --no-recursion --no-verbatim-files-from --null --recursion --unquote --verbatim-files-from --ignore-case --no-anchored --no-ignore-case --no-wildcards-match-slash --wildcards --wildcards-match-slash --keep-directory-symlink --keep-newer-files -k --keep-old-files --no-overwrite-dir --overwrite --overwrite-dir --skip-old-files -U --unlink-first -W --verify --no-ignore-command-error --clamp-mtime --delay-directory-restore -m --touch --no-delay-directory-restore --no-same-owner --no-same-permissions --numeric-owner -p --preserve-permissions --same-permissions --same-owner --preserve-order --same-order --acls --no-acls --no-selinux --no-xattrs --selinux --xattrs -M --multi-volume -B --read-full-records -i --ignore-zeros --old-archive --portability -o --no-auto-compress --hard-dereference -h --dereference --one-file-system --full-time -l --check-links -R --block-number --show-defaults --show-omitted-dirs --show-snapshot-field-ranges --show-transformed-names --show-stored-names --utc -v --verbose -w --interactive --confirmation -? --restrict --usage --posix --no-mac-metadata --no-verbose",
  ),
  about: ABOUT,
};

/** Options of libarchive's tar. WHY apart: letters that take a value in one take none in the other. */
const BSD_OPTIONS = {
  create: flags("-c --create"),
  extract: flags("-x --extract"),
  append: flags("-r --append -u --update"),
  look: flags("-t --list"),
  archive: taking("-f --file"),
  directory: taking("-C --cd --directory"),
  absolute: flags("-P --absolute-paths"),
  toOutput: flags("-O --to-stdout"),
  program: taking("--use-compress-program"),
  lists: taking("-T -I --files-from"),
  excludes: taking("-X --exclude-from"),
  exclude: taking("--exclude"),
  gzip: flags("-z --gzip --gunzip"),
  bzip2: flags("-j -y --bzip --bzip2 --bunzip2"),
  xz: flags("-J --xz"),
  zstd: flags("--zstd"),
  other: flags("--lzip --lzma --lzop --lz4 --lrzip -Z --compress --uncompress"),
  guess: flags("-a --auto-compress"),
  choice: taking(
    "-b --block-size --format --gid --gname --group --include --mtime --newer --newer-mtime --newer-than --newer-mtime-than --older --older-mtime --older-than --older-mtime-than --options --owner --passphrase -s --strip-components --uid --uname",
  ),
  style: flags(
    "--acls --no-acls -B --read-full-blocks --clear-nochange-fflags --exclude-vcs --fflags --no-fflags -H -h -L --dereference --hfsCompression --nopreserveHFSCompression --ignore-zeros -k --keep-old-files --keep-newer-files -l --check-links -m --modification-time --mac-metadata --no-mac-metadata -n --norecurse --no-recursion --nodump --null --no-read-sparse --read-sparse --no-safe-writes --safe-writes --no-same-owner --same-owner --no-same-permissions --no-xattrs --xattrs --numeric-owner -o --one-file-system -p --insecure --preserve-permissions --posix -q --fast-read -S --totals -U --unlink --unlink-first -v --verbose -w --confirmation --interactive",
  ),
  about: ABOUT,
};

export const tar: CommandModel = command({
  names: ["tar", "gtar"],
  options: OPTIONS,
  effects: tarEffects(OPTIONS, /[fCITXFgLbHVKN]/),
});

export const bsdtar: CommandModel = command({
  names: ["bsdtar"],
  options: BSD_OPTIONS,
  effects: tarEffects(BSD_OPTIONS, /[fCITXbs]/),
});

/** What follows from a call; `valued` are the letters that take a word behind those of the old style. */
function tarEffects(options: CommandModel["options"], valued: RegExp): CommandModel["effects"] {
  return (given, context) => {
    const first = textOf(given.args[0] ?? []) ?? "-";
    if (first.startsWith("-") || first === "") return effectsOf(given, context);
    // The old style: letters without a dash, and their values in the words that follow, in order.
    const args = spelledOut(first, given.args.slice(1), valued);
    const invocation = parseInvocation(
      { options, optionsEnd: "anywhere" },
      given.name,
      args,
      given.stdin,
    );
    const strange = invocation.unknownOptions.map((option) =>
      cannotTell(
        "unknown-option",
        `\`tar\` has an option that sallyport does not know: \`${option}\``,
      ),
    );
    return [...strange, ...effectsOf(invocation, context)];
  };
}

function spelledOut(letters: string, rest: readonly Text[], valued: RegExp): readonly Text[] {
  const words: Text[] = [];
  let taken = 0;
  for (const letter of letters) {
    words.push(literal(`-${letter}`));
    if (!valued.test(letter)) continue;
    words.push(rest[taken] ?? []);
    taken += 1;
  }
  return [...words, ...rest.slice(taken)];
}

function effectsOf(invocation: Invocation, context: ModelContext): readonly Consequence[] {
  const { has, values, stdin } = invocation;
  const named = values("archive");
  const archives = named.length > 0 ? named : (context.variable("TAPE") ?? []);
  const content: TextSet = [
    ...archives.filter(isFile).flatMap((path) => context.contentOf(path)),
    ...(archives.every(isFile) && archives.length > 0 ? [] : (stdin ?? EMPTY)),
  ];
  const found: Consequence[] = [...runs(invocation, content), ...besides(invocation)];
  for (const path of archives)
    if (!has("localName") && /^[^/]+:/.test(knownPrefix(path)))
      found.push({ kind: "contacts", url: path, scheme: "ssh", carries: [{ kind: "unknown" }] });
  const local = archives.filter(isFile);
  if (has("create") || has("append")) {
    const { members, consequences } = packing(invocation, context);
    const packed = madeOf(members.flatMap((path) => context.contentOf(path)));
    found.push(...consequences);
    const leaves = leftBefore(invocation);
    found.push(...members.map((path) => readsTree(path, { leaves })));
    if (has("removes")) found.push(...members.map((path) => deletes(path, "tree")));
    found.push(
      ...local.map((path) =>
        writes(path, has("create") ? "create" : "change", { content: packed }),
      ),
    );
    if (has("append")) found.push(...local.map((path) => reads(path)));
    return [...found, prints(has("create") && local.length === 0 ? packed : madeOf([]))];
  }
  found.push(...local.map((path) => reads(path)));
  if (has("look")) {
    const { members, consequences } = packing(invocation, context);
    // Comparing opens the files that the archive names; listing does not.
    const compares = invocation.args.some((word) =>
      /^(?:-[a-zA-Z]*d|--di|--co)/.test(knownPrefix(word)),
    );
    if (compares)
      found.push(...(members.length === 0 ? [HERE] : members).map((path) => reads(path, "tree")));
    return [...found, ...consequences, prints(madeOf(content))];
  }
  if (has("extract") && !has("toOutput") && !has("toCommand")) {
    for (const directory of directoriesOf(invocation)) found.push(unpacksInto(directory, content));
    // Members that are named lie there afterwards, whatever else does.
    for (const path of packing(invocation, context).members)
      found.push(writes(path, "create", { content }));
    if (has("absolute")) found.push(unpacksAnywhere(content));
    if (has("replacesTrees"))
      found.push(...directoriesOf(invocation).map((directory) => deletes(directory, "tree")));
  }
  return [...found, prints(madeOf(content))];
}

/** Programs that run besides. */
function runs(invocation: Invocation, content: TextSet): readonly Consequence[] {
  const { has, values } = invocation;
  const found: Consequence[] = [];
  for (const program of values("program")) {
    const words = textOf(program)?.trim().split(/\s+/).map(literal) ?? [program];
    // Packing runs it in a shell, unpacking splits it into words.
    found.push(runsInShell(program, content));
    found.push({ kind: "run", argv: [...words, literal("-d")], stdin: content });
  }
  for (const text of [...values("script"), ...values("toCommand"), ...values("remote")])
    found.push(runsInShell(text, madeOf(content)));
  for (const action of values("action")) {
    const text = textOf(action);
    if (text?.startsWith("exec=") === true) found.push(runsInShell(literal(text.slice(5))));
    else if (text === undefined || !/^(?:dot|\.|echo|bell|sleep=|ttyout|totals|wait=)/.test(text))
      found.push(runsInShell(action));
  }
  // What packs runs in a shell.
  if (["gzip", "bzip2", "xz", "zstd", "other", "guess"].some(has))
    found.push(...compresses(["sh"]));
  if (has("gzip")) found.push(...compresses(["gzip"]));
  if (has("bzip2")) found.push(...compresses(["bzip2"]));
  if (has("xz")) found.push(...compresses(["xz"]));
  if (has("zstd")) found.push(...compresses(["zstd"]));
  // Reading finds out by itself how an archive was packed.
  if (has("other") || has("guess") || has("extract") || has("look"))
    found.push(...compresses(["gzip", "bzip2", "xz", "zstd", "lzip", "lzma", "lzop", "compress"]));
  return found;
}

/** What `--exclude` leaves out: it counts for the members after it, so only what stands before all of them is certain. */
function leftBefore({ args, operands, has }: Invocation): ExcludePatterns | undefined {
  if (has("exactly")) return undefined;
  const first = args.findIndex((word) => operands.includes(word));
  const names = args
    .slice(0, first === -1 ? undefined : first)
    .filter((word) => knownPrefix(word).startsWith("--exclude="))
    .map((word) => dropKnown(word, "--exclude=".length));
  return excludePatterns(names, names);
}

/** Files besides the archive and its members. */
function besides(invocation: Invocation): readonly Consequence[] {
  const { values } = invocation;
  return [
    ...[...values("excludes"), ...values("maps")].filter(isFile).map((path) => reads(path)),
    ...values("snapshot").flatMap((path) => [reads(path), writes(path, "change")]),
    ...values("index").flatMap((path) => [reads(path), writes(path, "create")]),
  ];
}

/** What goes into an archive: operands as seen from the directory that `-C` names before them. */
function packing(
  invocation: Invocation,
  context: ModelContext,
): { members: readonly Text[]; consequences: readonly Consequence[] } {
  const { args, operands, values } = invocation;
  const named = new Set(operands);
  const separate = new Set(values("directory"));
  const members: Text[] = [];
  let directory: Text | undefined;
  for (const word of args) {
    const start = knownPrefix(word);
    const glued = start.startsWith("--directory=")
      ? dropKnown(word, 12)
      : /^-C./.test(start)
        ? dropKnown(word, 2)
        : separate.has(word) && !named.has(word)
          ? word
          : undefined;
    if (glued !== undefined) directory = below(directory, glued);
    else if (named.has(word)) {
      // The other tar takes the members of an archive in this way.
      const isArchive = invocation.name === "bsdtar" && start.startsWith("@");
      members.push(below(directory, isArchive ? dropKnown(word, 1) : word));
    }
  }
  const lists = values("lists").map((list) => listedFiles(list, /[\n\0]/, invocation, context));
  members.push(...lists.flatMap(({ names }) => names.map((name) => below(directory, name))));
  members.push(...values("added").map((path) => below(directory, path)));
  return { members, consequences: lists.flatMap(({ consequences }) => consequences) };
}

function directoriesOf({ values, has }: Invocation): readonly Text[] {
  const inside = values("directory").reduce<Text | undefined>(
    (sum, one) => below(sum, one),
    undefined,
  );
  const [top] = values("oneTop");
  if (has("oneTop") && top !== undefined) return [below(inside, top)];
  return [inside ?? HERE];
}

function below(directory: Text | undefined, path: Text): Text {
  if (directory === undefined || knownPrefix(path).startsWith("/")) return path;
  return append(append(directory, literal("/")), path);
}

// Subcommands of git that scripts use: on mail, trailers, packs and single files; and variables that make git write traces.
import { type TextSet, append, hole, textOf } from "../../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../../model/command-model.ts";
import { prints, writes } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import {
  type GitCall,
  type Subcommand,
  type SubcommandTable,
  all,
  books,
  changesTree,
  fromDirectory,
  keepsBooks,
  notModelled,
  readsFile,
} from "../call.ts";
import { showsCopies } from "../copies.ts";
import { runsHook } from "../hook-texts.ts";
import { COMMITS, DIFF, optionsOf } from "../options.ts";
import { contactsRemote } from "./remote-contact.ts";

const REPOSITORY: TextSet = [[hole("unmodelled", { sources: [{ kind: "repository" }] })]];

/** `git merge-file`: the first of three files takes what the other two changed. */
const mergeFile: Subcommand = {
  options: optionsOf(
    "-p|--stdout --object-id -L= --ours --theirs --union --diff3 --zdiff3 --marker-size= --diff-algorithm=",
  ),
  effects: (call) => {
    if (call.has("--object-id"))
      return [...showsCopies(call, { kind: "tracked" }), prints(REPOSITORY)];
    const [current] = call.operands;
    const texts = call.operands.flatMap((path) =>
      call.context.contentOf(fromDirectory(call, path)),
    );
    return [
      ...call.operands.map((path) => readsFile(call, path)),
      ...(call.has("-p") || current === undefined
        ? [prints(madeOf(texts))]
        : [writes(fromDirectory(call, current), "change", { content: madeOf(texts) })]),
    ];
  },
};

const interpretTrailers: Subcommand = {
  options: optionsOf(
    `--in-place --trim-empty --where= --if-exists= --if-missing= --only-trailers --only-input --unfold --parse
    --trailer= --divider --no-divider`,
  ),
  effects: (call) => {
    const texts = call.operands.flatMap((path) =>
      call.context.contentOf(fromDirectory(call, path)),
    );
    return [
      ...call.operands.map((path) => readsFile(call, path)),
      ...(call.has("--in-place")
        ? call.operands.map((path) => writes(fromDirectory(call, path), "change"))
        : [prints(madeOf([...texts, ...(call.stdin ?? [])]))]),
    ];
  },
};

/** Takes a mail apart: its text and its patch go to the two files that are named. */
const mailinfo: Subcommand = {
  options: optionsOf(
    "-k -b -u -n -m|--message-id --encoding= --scissors --no-scissors --quoted-cr=",
  ),
  effects: (call) => [
    ...call.operands.map((path) =>
      writes(fromDirectory(call, path), "create", { content: madeOf(call.stdin ?? []) }),
    ),
    prints(madeOf(call.stdin ?? [])),
  ],
};

const mailsplit: Subcommand = {
  options: optionsOf("-o= -b -d= -f= --keep-cr --mboxrd"),
  effects: (call) => [
    ...call.operands.map((path) => readsFile(call, path)),
    ...call
      .values("-o")
      .map((path) => writes(fromDirectory(call, path), "create", { reach: "tree" })),
    prints(madeOf([])),
  ],
};

/** Packs that hold what was committed go to a file or to who asks for them. */
const packObjects: Subcommand = {
  effects: (call) => [
    ...showsCopies(call, { kind: "tracked" }),
    ...call.args
      .filter((word) => textOf(word)?.startsWith("-") !== true)
      .map((word) =>
        writes(append(fromDirectory(call, word), [hole("dynamic-path", { like: "-*" })]), "create"),
      ),
    prints(REPOSITORY),
  ],
};

const serves: Subcommand = {
  effects: (call) => [...showsCopies(call, { kind: "tracked" }), prints(REPOSITORY)],
};

/** `git hook run`: a hook without what usually runs it. */
const hook: Subcommand = {
  options: optionsOf("--ignore-missing --to-stdin="),
  effects: (call) => {
    const [verb, name] = call.operands.map((word) => textOf(word));
    const { repository } = call;
    if (verb !== "run" || name === undefined || typeof repository !== "object")
      return [notModelled(call, "with a hook that is not known", "dynamic-command")];
    return repository.hooks.includes(name) ? runsHook(name, repository, call.context) : [];
  },
};

const backfill: Subcommand = {
  options: optionsOf("--min-batch-size= --sparse"),
  effects: (call) => [...contactsRemote(call, undefined), keepsBooks(call)],
};

const look = (...lines: readonly string[]): Subcommand => ({
  options: optionsOf(...lines),
  effects: () => [prints(REPOSITORY)],
});

/** A daemon of git's own that watches the working tree. */
const watcher: Subcommand = {
  options: optionsOf("--detach --ipc-threads= --start-timeout="),
  effects: (call: GitCall): readonly Consequence[] => [keepsBooks(call)],
};

/** Subcommands that other programs use. */
export const PLUMBING: SubcommandTable = {
  "merge-file": mergeFile,
  "interpret-trailers": interpretTrailers,
  mailinfo,
  mailsplit,
  "pack-objects": packObjects,
  ...all("upload-pack upload-archive", serves),
  hook,
  backfill,
  "fsmonitor--daemon": watcher,
  "pack-redundant": look("--all --alt-odb --verbose"),
  refs: books(optionsOf("--ref-format= --dry-run --no-reflog --strict")),
  replay: books(optionsOf(COMMITS, "--onto= --advance= --contained --ref-action=")),
  "last-modified": look(COMMITS, "--recursive --show-trees --max-depth="),
  survey: look("--all-refs --branches --tags --remotes --detached --other --progress --top="),
  repo: look("--format= -z --all"),
  "diff-pairs": {
    options: optionsOf(DIFF),
    effects: (call) => [...showsCopies(call, { kind: "tracked" }), prints(REPOSITORY)],
  },
  "merge-one-file": {
    effects: (call) => [changesTree(call), keepsBooks(call)],
  },
};

/** Variables that name a file for what git notes of its own doings. */
const TRACES = [
  ...["", "_FSMONITOR", "_PACK_ACCESS", "_PACKET", "_PACKFILE", "_PERFORMANCE", "_REFS"],
  ...["_SETUP", "_SHALLOW", "_CURL", "2", "2_EVENT", "2_PERF"],
].map((end) => `GIT_TRACE${end}`);

/** Consequences of tracing to a file, or to files in a directory. */
export function traces(context: ModelContext): readonly Consequence[] {
  return TRACES.flatMap((name) => context.variable(name) ?? [])
    .filter((value) => {
      const known = textOf(value);
      return known === undefined || known.startsWith("/");
    })
    .map((value) => writes(value, "append"));
}

// git: what each subcommand does to the working tree, to history and to remotes, with aliases and configuration that run programs.
import { escapeGlob } from "#base/glob.ts";
import { parentPath } from "#base/path.ts";
import type { GitFacts } from "../../facts.ts";
import {
  append,
  hole,
  knownPrefix,
  dropKnown,
  literal,
  mayStartWithDash,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/text.ts";
import {
  type CommandModel,
  type Consequence,
  command,
  deletes,
  flag,
  type ModelContext,
  optional,
  prints,
  reads,
  valued,
} from "../command-model.ts";
import { parseDestination } from "../destination.ts";
import type { DataSource, Target } from "../effect.ts";
import { describePush } from "../git-push.ts";

/** Subcommands that only look. Their options write nothing but `--output`. */
const LOOKING = new Set([
  ...[
    "status",
    "log",
    "diff",
    "show",
    "rev-parse",
    "ls-files",
    "blame",
    "annotate",
    "describe",
    "shortlog",
    "cat-file",
    "rev-list",
  ],
  ...[
    "for-each-ref",
    "merge-base",
    "name-rev",
    "ls-tree",
    "version",
    "help",
    "grep",
    "show-ref",
    "symbolic-ref",
    "whatchanged",
    "count-objects",
  ],
  ...[
    "check-ignore",
    "check-attr",
    "var",
    "verify-commit",
    "verify-tag",
    "diff-tree",
    "diff-index",
    "diff-files",
    "range-diff",
    "cherry",
    "fsck",
    "show-branch",
  ],
]);

/** Subcommands that change the working tree or local references without losing work. */
const CHANGING = new Set([
  "add",
  "commit",
  "merge",
  "mv",
  "cherry-pick",
  "revert",
  "init",
  "notes",
  "am",
  "apply",
  "stage",
]);

/** Those of them that change only the repository's own files. */
const IN_REPOSITORY = new Set(["add", "stage", "commit", "init", "notes"]);

/** Configuration keys that make git run a program, whatever the subcommand. */
const EXECUTING_KEY =
  /^(core\.(fsmonitor|sshcommand|pager|editor|askpass|gitproxy|hookspath|attributesfile)|alias\.|pager\.|diff\..*\.(command|textconv)|diff\.external|filter\.|merge\..*\.driver|gpg\..*program|gpg\.program|credential\.|sequence\.editor|help\.|difftool\.|mergetool\.|uploadpack\.|remote\..*\.(uploadpack|receivepack|proxy|vcs)|url\.|protocol\.|include|submodule\..*\.update|ssh\.variant|core\.worktree|init\.templatedir|trailer\.|interactive\.difffilter|man\.|browser\.|web\.|instaweb\.|sendemail\.|core\.alternaterefscommand|http\.|imap\.)/;

export const git: CommandModel = command({
  names: ["git"],
  subcommands: new Set([
    ...LOOKING,
    ...CHANGING,
    ...[
      "push",
      "pull",
      "fetch",
      "clone",
      "ls-remote",
      "reset",
      "clean",
      "checkout",
      "restore",
      "switch",
      "branch",
      "tag",
    ],
    ...[
      "remote",
      "stash",
      "reflog",
      "worktree",
      "config",
      "rebase",
      "gc",
      "prune",
      "repack",
      "rm",
      "submodule",
      "bisect",
    ],
  ]),
  optionsEnd: "first-operand",
  options: {
    directory: valued("-C"),
    config: valued("-c"),
    configEnv: valued("--config-env"),
    place: valued("--git-dir", "--work-tree", "--namespace", "--super-prefix"),
    execPath: optional("--exec-path"),
    switches: flag(
      "-p",
      "-P",
      "--paginate",
      "--no-pager",
      "--bare",
      "--no-replace-objects",
      "--no-optional-locks",
      "--no-lazy-fetch",
      "--no-advice",
      "--literal-pathspecs",
      "--glob-pathspecs",
      "--noglob-pathspecs",
      "--icase-pathspecs",
      "-v",
      "--version",
      "-h",
      "--help",
      "--html-path",
      "--man-path",
      "--info-path",
    ),
  },
  effects: ({ operands, values }, context) => {
    const found: Consequence[] = [];
    for (const setting of values("config")) found.push(...oneSetting(setting));
    if (values("configEnv").length > 0 || values("execPath").length > 0) {
      found.push({
        kind: "unknown",
        reason: "dynamic-code",
        detail: "configuration of git that may run programs",
      });
    }
    const directories = values("directory");
    const directory = directories.reduce<Text | undefined>(
      (sum, next) => (sum === undefined ? next : seenFrom(sum, next)),
      undefined,
    );
    const elsewhere =
      values("place").length > 0 ||
      context.variable("GIT_DIR") !== undefined ||
      context.variable("GIT_WORK_TREE") !== undefined;
    // What the repository says of its remotes is not what such a setting makes of them.
    const isRedirected = values("config").some((setting) =>
      isPushKey(knownPrefix(setting).toLowerCase().replace(/=.*$/s, "")),
    );
    const repository = elsewhere || isRedirected ? "unanswered" : context.git(directory);
    const [name, ...args] = operands;
    if (name === undefined) return found;
    const subcommand = textOf(name);
    if (subcommand === "init" && args.some((word) => knownPrefix(word).startsWith("--te"))) {
      found.push({
        kind: "unknown",
        reason: "dynamic-code",
        detail: "hooks from a template of git",
      });
    }
    if (subcommand === undefined) {
      return [
        ...found,
        {
          kind: "unknown",
          reason: "dynamic-command",
          detail: "a subcommand of git that is not known",
        },
      ];
    }
    const begun =
      subcommand === "init" && !elsewhere ? beginsRepository(args, directory) : undefined;
    found.push(...(begun ?? runSubcommand(subcommand, args, repository, directory, context)));
    return found;
  },
});

/** `git init`: objects and references appear in the directory; undefined where another one may be meant. */
function beginsRepository(
  args: readonly Text[],
  directory: Text | undefined,
): readonly Consequence[] | undefined {
  let place: Text = directory ?? literal(".");
  let isBare = false;
  const options =
    /^(?:-q|--quiet|--bare|--shared(?:=\w+)?|--(?:initial-branch|object-format|ref-format)=[\w./-]+|-b)$/;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const value = textOf(word);
    if (value === "--bare") isBare = true;
    if (value !== undefined && options.test(value)) at += value === "-b" ? 1 : 0;
    else if (mayStartWithDash(word) || value?.startsWith("-") === true) return undefined;
    else place = directory === undefined ? word : seenFrom(directory, word);
  }
  const path = append(place, literal(isBare ? "/objects" : "/.git/objects"));
  return [{ kind: "writes", path, mode: "change", reach: "tree", keepsContent: true }];
}

function seenFrom(directory: Text, path: Text): Text {
  return knownPrefix(path).startsWith("/") ? path : append(append(directory, literal("/")), path);
}

type Repository = GitFacts | undefined | "unanswered";

function runSubcommand(
  name: string,
  args: readonly Text[],
  repository: Repository,
  directory: Text | undefined,
  context: ModelContext,
): readonly Consequence[] {
  const alias = typeof repository === "object" ? repository.aliases.get(name) : undefined;
  if (alias !== undefined && !LOOKING.has(name) && !CHANGING.has(name))
    return runAlias(alias, args, directory);
  const words = args.map((text) => textOf(text));
  const has = (...options: string[]): boolean =>
    words.some((word) => word !== undefined && options.includes(word));
  const found: Consequence[] = [...runsPrograms(name, repository, has("--no-verify", "-n"))];
  if (LOOKING.has(name)) {
    found.push(...looks(name, args, directory));
    const names = name === "ls-files" ? listedNames(args) : undefined;
    if (names !== undefined) return [...found, prints(names)];
    return [
      ...found,
      prints([
        [hole("unmodelled", { sources: [{ kind: "repository" }, ...filesIn(args, context)] })],
      ]),
    ];
  }
  switch (name) {
    case "push":
      return [...found, ...describePush(args, repository)];
    case "fetch":
    case "pull":
    case "ls-remote":
    case "clone":
      found.push(...contactsRemote(name, args, repository));
      if (name === "pull") found.push(changesTree(repository, directory));
      if (name === "clone") found.push(...copiesRepository(args, repository, directory));
      return found;
    case "reset":
      if (has("--hard", "--merge", "--keep"))
        found.push(history("reset"), changesTree(repository, directory));
      else found.push(changesTree(repository, directory));
      return found;
    case "clean":
      if (has("-n", "--dry-run") && !words.some((word) => /^-[a-zA-Z]*f/.test(word ?? "")))
        return found;
      return [
        ...found,
        history("discard"),
        ...deletesTree(
          repository,
          directory,
          words.some((word) => word === undefined || /^-[a-zA-Z]*[xX]/.test(word)),
        ),
      ];
    case "checkout":
    case "restore":
    case "switch": {
      const creates = has("-b", "-B", "-c", "-C", "--orphan", "--detach", "--staged");
      const forced = has("-f", "--force", "--discard-changes", "-B", "-C");
      const paths =
        name === "restore" ? !has("--staged") || has("--worktree") : has("--", ".") || forced;
      if (forced || (paths && !creates)) found.push(history("discard"));
      return [...found, changesTree(repository, directory)];
    }
    case "branch":
    case "tag":
    case "remote":
    case "stash":
    case "reflog":
    case "worktree":
      if (name === "stash" && words.includes("--"))
        found.push(...takesAway(args.slice(words.indexOf("--") + 1), directory));
      return [...found, ...managed(name, words, repository, directory)];
    case "config":
      return [...found, ...configures(args, directory, context.home)];
    case "rebase":
    case "filter-branch":
    case "filter-repo":
    case "replace":
      if (
        words.some(
          (word) =>
            word === undefined ||
            /^(-x|--exec|--(tree|index|msg|env|commit|parent|tag-name)-filter)/.test(word),
        )
      ) {
        found.push({
          kind: "unknown",
          reason: "dynamic-code",
          detail: `commands that \`git ${name}\` runs`,
        });
      }
      return [...found, history("rewrite"), changesTree(repository, directory)];
    case "gc":
    case "prune":
    case "repack":
      return name === "prune" || words.some((word) => /^--prune=(?!never$)/.test(word ?? ""))
        ? [...found, history("prune")]
        : found;
    case "rm":
      return [
        ...found,
        ...args
          .filter((_, at) => words[at]?.startsWith("-") !== true)
          .map(
            (path): Consequence => ({ kind: "deletes", path, reach: has("-r") ? "tree" : "entry" }),
          ),
      ];
    default:
      if (CHANGING.has(name)) {
        if (name === "mv") found.push(...takesAway(args.slice(0, -1), directory));
        if (name === "commit" && has("--amend")) found.push(history("rewrite"));
        return [
          ...found,
          IN_REPOSITORY.has(name)
            ? changesRepository(repository)
            : changesTree(repository, directory),
        ];
      }
      if (isNoCommand(name, repository, context)) return found;
      return [
        ...found,
        { kind: "unknown", reason: "unmodelled", detail: `\`git ${name}\` is not modelled` },
      ];
  }
}

/** What lies at these paths is no longer there. */
function takesAway(paths: readonly Text[], directory: Text | undefined): readonly Consequence[] {
  return paths
    .filter((path) => !knownPrefix(path).startsWith("-"))
    .map((path) => deletes(directory === undefined ? path : seenFrom(directory, path), "tree"));
}

/** Whether git can only answer that there is no such command: no alias, no program of git's or on the search path. */
function isNoCommand(name: string, repository: Repository, context: ModelContext): boolean {
  const path = context.searchPath;
  if (typeof repository !== "object" || path === undefined || !/^[\w-]{1,100}$/.test(name))
    return false;
  if (!/^(?:|0|false|no|off|never|show)$/i.test(repository.push.get("help.autocorrect") ?? ""))
    return false;
  const git = context.find("git", path);
  if (git === undefined || git === "nowhere") return false;
  const own = ["lib", "libexec"].map((folder) => `${parentPath(git)}/${folder}/git-core`);
  // WHY: what is built into git has no file of its own everywhere; where `git-status` has one, all the others have.
  const builtins = context.find("git-status", own);
  return (
    builtins !== undefined &&
    builtins !== "nowhere" &&
    context.find(`git-${name}`, [...own, ...path]) === "nowhere"
  );
}

function history(operation: "reset" | "discard" | "rewrite" | "prune" | "delete-ref"): Consequence {
  return { kind: "effect", effect: { kind: "history", operation, remote: undefined } };
}

function treeTarget(
  repository: Repository,
  directory: Text | undefined,
): { path: string } | undefined {
  if (typeof repository === "object") return { path: repository.root };
  const known = directory === undefined ? undefined : textOf(directory);
  return known?.startsWith("/") === true ? { path: known } : undefined;
}

/** The files of the working tree may change. */
function changesTree(repository: Repository, directory: Text | undefined): Consequence {
  const root = treeTarget(repository, directory);
  return {
    kind: "effect",
    effect: {
      kind: "write",
      mode: "change",
      target:
        root === undefined
          ? { kind: "unresolved", within: undefined, reach: "tree" }
          : { kind: "path", path: root.path, real: root.path, reach: "tree" },
    },
  };
}

/** Objects, references and the index may change; not the working tree, and not what runs by itself. */
function changesRepository(repository: Repository): Consequence {
  return {
    kind: "effect",
    effect: {
      kind: "write",
      mode: "change",
      target:
        typeof repository === "object"
          ? {
              kind: "path",
              path: `${repository.gitDirectory}/objects`,
              real: `${repository.gitDirectory}/objects`,
              reach: "tree",
            }
          : { kind: "unresolved", within: undefined, reach: "tree" },
    },
  };
}

function deletesTree(
  repository: Repository,
  directory: Text | undefined,
  takesIgnored: boolean,
): readonly Consequence[] {
  const root = treeTarget(repository, directory);
  const deletion = (target: Target): Consequence => ({
    kind: "effect",
    effect: { kind: "delete", target },
  });
  if (root === undefined)
    return [deletion({ kind: "unresolved", within: undefined, reach: "tree" })];
  const at = escapeGlob(root.path);
  if (takesIgnored) return [deletion({ kind: "pattern", path: `${at}/**`, reach: "entry" })];
  return OTHER_NAMES.map((name) =>
    deletion({ kind: "pattern", path: `${at}/${name}`, reach: "tree" }),
  );
}

/** Globs of every name but `.git`, which no cleaning of git's takes away. */
const OTHER_NAMES = [...".git"]
  .map((letter, at) => `${".git".slice(0, at)}[!${letter}]*`)
  .concat(".git?*");

/** What `git ls-files '*.ts'` prints: names with those endings. Undefined where it prints more, or any name. */
function listedNames(args: readonly Text[]): TextSet | undefined {
  const words = args.map((word) => textOf(word) ?? "?");
  const specs = words.filter((word) => !word.startsWith("-"));
  const plain = /^(?:-[cdmoz]+|--(?:cached|deleted|modified|others|exclude-standard)|\*[\w.-]+)$/;
  if (specs.length === 0 || !words.every((word) => plain.test(word))) return undefined;
  return specs.map((spec) => [
    hole("dynamic-path", { like: `./**/${spec}`, sources: [{ kind: "repository" }] }),
  ]);
}

/** Operands of looking subcommands: files on disk and `revision:path`. */
function looks(
  name: string,
  args: readonly Text[],
  directory: Text | undefined,
): readonly Consequence[] {
  const found: Consequence[] = [];
  const plain = args.some((word) => /^--(no-index|untracked)$/.test(textOf(word) ?? ""));
  if (plain && name === "grep") found.push(reads(directory ?? literal("."), "tree"));
  for (const word of args) {
    const text = knownPrefix(word);
    if (text.startsWith("--output="))
      found.push({ kind: "writes", path: dropKnown(word, 9), mode: "create" });
    if (/^(--open-files-in-pager|-O|--ext-diff|--textconv)/.test(text)) {
      found.push({
        kind: "unknown",
        reason: "dynamic-code",
        detail: `an option of \`git ${name}\` that runs a program`,
      });
    }
    if (text.startsWith("-") && textOf(word) !== undefined) continue;
    const value = textOf(word);
    const path =
      value?.includes(":") === true ? literal(value.slice(value.indexOf(":") + 1)) : word;
    if (textOf(path) === "" || name === "rev-parse" || name === "help") continue;
    found.push(
      reads(directory === undefined ? path : seenFrom(directory, path), plain ? "tree" : "entry"),
    );
  }
  return found;
}

function filesIn(args: readonly Text[], context: ModelContext): readonly DataSource[] {
  return args
    .filter((word) => !knownPrefix(word).startsWith("-"))
    .flatMap((word) =>
      context
        .contentOf(word)
        .flatMap((text) => text.flatMap((piece) => (piece.kind === "hole" ? piece.sources : []))),
    );
}

/** Programs that the repository's own configuration and hooks make this subcommand run. */
function runsPrograms(
  name: string,
  repository: Repository,
  noVerify: boolean,
): readonly Consequence[] {
  if (typeof repository !== "object") return [];
  const found: Consequence[] = [];
  const runs = (program: string): void => {
    found.push({
      kind: "effect",
      effect: { kind: "execute", program, origin: "project", reach: "unbounded" },
    });
  };
  for (const key of repository.executesOwn) {
    if (
      /^(alias|pager|core\.pager|core\.editor|core\.hookspath|sequence\.editor|difftool|mergetool)/.test(
        key,
      )
    )
      continue;
    if (key.startsWith("diff.") && !/^(diff|show|log|blame|whatchanged|grep)$/.test(name)) continue;
    if (
      /^(core\.sshcommand|credential|remote)/.test(key) &&
      !/^(push|pull|fetch|clone|ls-remote|remote)$/.test(name)
    )
      continue;
    if (/^(filter|merge)\./.test(key) && LOOKING.has(name) && !/^(status|diff)$/.test(name))
      continue;
    if (key.startsWith("gpg") && !/^(commit|tag|merge|verify-commit|verify-tag|push)$/.test(name))
      continue;
    runs(`git configuration ${key}`);
  }
  const hooks: Readonly<Record<string, readonly string[]>> = {
    commit: ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"],
    merge: ["pre-merge-commit", "prepare-commit-msg", "commit-msg", "post-merge"],
    pull: ["post-merge", "post-checkout"],
    push: ["pre-push"],
    checkout: ["post-checkout"],
    switch: ["post-checkout"],
    rebase: ["pre-rebase", "post-rewrite", "post-checkout"],
    am: ["applypatch-msg", "pre-applypatch", "post-applypatch"],
    "cherry-pick": ["prepare-commit-msg", "post-commit"],
    revert: ["prepare-commit-msg", "post-commit"],
    clone: [],
  };
  for (const hook of hooks[name] ?? []) {
    const skipped = noVerify && /^pre-|^commit-msg/.test(hook);
    if (repository.hooks.includes(hook) && !skipped) runs(`git hook ${hook}`);
  }
  return found;
}

function runAlias(
  alias: string,
  args: readonly Text[],
  directory: Text | undefined,
): readonly Consequence[] {
  if (alias.startsWith("!")) {
    const quoted = args.map((word) => textOf(word));
    if (quoted.some((word) => word === undefined)) {
      return [
        {
          kind: "unknown",
          reason: "dynamic-code",
          detail: "an alias of git with arguments that are not known",
        },
      ];
    }
    const tail = quoted.map((word) => ` '${(word ?? "").replaceAll("'", "'\\''")}'`).join("");
    return [{ kind: "script", texts: [literal(`${alias.slice(1)}${tail}`)], positional: args }];
  }
  if (/["'\\]/.test(alias))
    return [{ kind: "unknown", reason: "dynamic-command", detail: "an alias of git with quotes" }];
  const prefix = directory === undefined ? [] : [literal("-C"), directory];
  return [
    {
      kind: "run",
      argv: [
        literal("git"),
        ...prefix,
        ...alias
          .trim()
          .split(/\s+/)
          .map((word) => literal(word)),
        ...args,
      ],
    },
  ];
}

/** Settings after which git throws away what no branch leads to any more. */
const EXPIRING_KEY =
  /^gc\.(?:(?:.*\.)?reflogexpire(?:unreachable)?|pruneexpire|worktreepruneexpire)$/;

/** Whether a setting makes git forget sooner: no time at all, or one that is not known. */
function forgets(key: string, value: Text | undefined): boolean {
  return EXPIRING_KEY.test(key) && !/^(?:never|false)$/i.test(textOf(value ?? []) ?? "");
}

function oneSetting(setting: Text): readonly Consequence[] {
  const key = /^([^=]*)=/.exec(knownPrefix(setting))?.[1]?.toLowerCase();
  if (key !== undefined && forgets(key, dropKnown(setting, key.length + 1)))
    return [history("prune")];
  if (key === undefined) {
    const bare = textOf(setting)?.toLowerCase();
    return bare !== undefined && !EXECUTING_KEY.test(bare)
      ? []
      : [
          {
            kind: "unknown",
            reason: "dynamic-code",
            detail: "configuration of git that is not known",
          },
        ];
  }
  if (
    !EXECUTING_KEY.test(key) ||
    (/^(core\.pager|pager\..*)$/.test(key) && textOf(setting)?.endsWith("=cat") === true)
  )
    return [];
  const value = dropKnown(setting, key.length + 1);
  const code =
    key.startsWith("alias.") && knownPrefix(value).startsWith("!") ? dropKnown(value, 1) : value;
  const known = textOf(code);
  if (
    known === "" ||
    known === "false" ||
    known === "true" ||
    (key.startsWith("alias.") && code === value)
  )
    return key.startsWith("alias.")
      ? [{ kind: "unknown", reason: "dynamic-command", detail: "an alias of git made on the spot" }]
      : [];
  return [
    { kind: "unknown", reason: "dynamic-code", detail: `\`-c ${key}\` may make git run a program` },
    { kind: "script", texts: [code], positional: [] },
  ];
}

/** Options of fetch, pull, clone and ls-remote that take a value in the next word. */
const REMOTE_TAKING = new Set([
  "-b",
  "--branch",
  "-o",
  "--origin",
  "-u",
  "--upload-pack",
  "--depth",
  "--reference",
  "--config",
  "-c",
  "-j",
  "--jobs",
  "--filter",
  "-s",
  "--strategy",
  "-X",
  "--separate-git-dir",
  "--bundle-uri",
  "--server-option",
  "--shallow-since",
  "--shallow-exclude",
  "--reference-if-able",
  "--ref-format",
  "--template",
]);

/** `git clone`: what comes from the remote lies in a directory of its own. */
function copiesRepository(
  args: readonly Text[],
  repository: Repository,
  directory: Text | undefined,
): readonly Consequence[] {
  const operands = args.filter(
    (word, at) =>
      !knownPrefix(word).startsWith("-") && !REMOTE_TAKING.has(textOf(args[at - 1] ?? []) ?? ""),
  );
  const [source, named] = operands;
  const url = source === undefined ? undefined : textOf(source);
  const base = url?.replace(/\/+$/, "").replace(/(?:\/\.git|\.git|\.bundle)$/, "");
  const place = named ?? (base === undefined ? undefined : literal(base.split(/[/:]/).pop() ?? ""));
  if (place === undefined) return [changesTree(repository, directory)];
  const destination = parseDestination(url === undefined ? [] : literal(url), "https");
  const isNear = url !== undefined && isLocal(url);
  const content: TextSet = [
    [hole("unmodelled", { sources: isNear ? [] : [{ kind: "network", destination }] })],
  ];
  const path = directory === undefined ? place : seenFrom(directory, place);
  return [{ kind: "writes", path, mode: "create", reach: "tree", content }];
}

/** The remote of fetch, pull, clone, ls-remote. */
function contactsRemote(
  name: string,
  args: readonly Text[],
  repository: Repository,
): readonly Consequence[] {
  const operands: Text[] = [];
  const found: Consequence[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const text = knownPrefix(word);
    if (/^(-u|--upload-pack|-c|--config|--template|--recurse-submodules|--exec)/.test(text)) {
      found.push({
        kind: "unknown",
        reason: "dynamic-code",
        detail: `an option of \`git ${name}\` that may run a program`,
      });
    }
    if (text.startsWith("-")) at += REMOTE_TAKING.has(text) ? 1 : 0;
    else operands.push(word);
  }
  const [first] = operands;
  const remotes = typeof repository === "object" ? repository.remotes : undefined;
  const known = first === undefined ? undefined : textOf(first);
  if (
    known?.startsWith("ext::") === true ||
    (first !== undefined && known === undefined && name !== "clone")
  ) {
    found.push({
      kind: "unknown",
      reason: "dynamic-code",
      detail: "a remote that may run a program",
    });
  }
  const url = first === undefined ? remotes?.get("origin") : (remotes?.get(known ?? "") ?? known);
  if (url !== undefined && isLocal(url))
    return [...found, reads(literal(url.replace(/^file:\/\//, "")), "tree")];
  return [
    ...found,
    {
      kind: "contacts",
      url: url === undefined ? [hole("missing-fact")] : literal(url),
      scheme: "ssh",
      carries: [{ kind: "argument" }],
    },
  ];
}

function isLocal(url: string): boolean {
  return (
    /^(file:\/\/|\.{0,2}\/)/.test(url) ||
    url === "." ||
    parseDestination(literal(url)).host === undefined
  );
}

function managed(
  name: string,
  words: readonly (string | undefined)[],
  repository: Repository,
  directory: Text | undefined,
): readonly Consequence[] {
  const has = (pattern: RegExp): boolean =>
    words.some((word) => word !== undefined && pattern.test(word));
  const [first] = words;
  if (words.some((word) => word === undefined))
    return [
      {
        kind: "unknown",
        reason: "unknown-option",
        detail: `arguments of \`git ${name}\` that are not known`,
      },
    ];
  switch (name) {
    case "branch":
    case "tag":
      return has(/^-[a-zA-Z]*[dDfM]|^--(delete|force)/) ? [history("delete-ref")] : [];
    case "stash":
      if (first === "drop" || first === "clear") return [history("discard")];
      return first === "list" || first === "show" ? [] : [changesTree(repository, directory)];
    case "reflog":
      return first === "expire" || first === "delete" ? [history("prune")] : [];
    case "worktree":
      return first === "list"
        ? []
        : [
            {
              kind: "unknown",
              reason: "unmodelled",
              detail: "`git worktree` that changes directories",
            },
          ];
    case "remote":
      if (first === undefined || /^(-v|--verbose|get-url|show)$/.test(first)) return [];
      return first === "update" || first === "prune"
        ? [
            {
              kind: "contacts",
              url: [hole("missing-fact")],
              scheme: "ssh",
              carries: [{ kind: "argument" }],
            },
          ]
        : [persists("git-remote")];
    default:
      return [];
  }
}

/** Options of `git config` that take the next word. */
const CONFIG_VALUED = /^(?:-f|--file|--blob|--type|-t|--default|--comment|--value|--url)$/;
const CONFIG_READS =
  /^(?:--get|--get-all|--get-regexp|--get-urlmatch|--get-color|--get-colorbool|--list|-l)$/;
const CONFIG_VERBS = /^(?:list|get|set|unset|edit|rename-section|remove-section)$/;

/** Settings that decide where a later push goes and what it takes along, by the beginning of their names. */
const PUSH_KEY = /^(?:remote|url|push|branch)(?:\.|$)/;
const NO_PUSH_KEY =
  /^(?:branch\.(?:.*\.)?(?:description|rebase|autosetuprebase|sort)|remote\..*\.(?:prune|prunetags|tagopt|skipfetchall|skipdefaultupdate))$/;

function isPushKey(key: string): boolean {
  return PUSH_KEY.test(key) && !NO_PUSH_KEY.test(key);
}

/** The words of `git config`: what it is to do, its operands, and the file that is named. */
function configWords(args: readonly Text[]): {
  readonly options: readonly string[];
  readonly operands: readonly Text[];
  readonly file: Text | undefined;
} {
  const options: string[] = [];
  const operands: Text[] = [];
  let file: Text | undefined;
  let isEnded = false;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? [];
    const start = knownPrefix(word);
    if (isEnded || !start.startsWith("-")) {
      operands.push(word);
      continue;
    }
    if (start === "--") isEnded = true;
    options.push(start);
    if (start.startsWith("--file=")) file = dropKnown(word, 7);
    else if (/^-f./.test(start)) file = dropKnown(word, 2);
    if (!CONFIG_VALUED.test(start)) continue;
    at += 1;
    if (start === "-f" || start === "--file") file = args[at] ?? [];
  }
  return { options, operands, file };
}

/**
 * `git config`: reading is harmless; a key that runs programs persists, and so does one by which pushes go elsewhere.
 */
function configures(
  args: readonly Text[],
  directory: Text | undefined,
  home: string,
): readonly Consequence[] {
  const { options, operands, file: named } = configWords(args);
  const isBelow =
    directory !== undefined && named !== undefined && !knownPrefix(named).startsWith("/");
  const file = isBelow ? append(append(directory, literal("/")), named) : named;
  const verb = CONFIG_VERBS.exec(textOf(operands[0] ?? []) ?? "")?.[0];
  if (options.some((option) => CONFIG_READS.test(option)) || verb === "list" || verb === "get")
    return file === undefined ? [] : [reads(file)];
  const plain = verb === undefined ? operands : operands.slice(1);
  const isEditing = verb === "edit" || options.some((option) => /^(?:--edit|-e)$/.test(option));
  const isTaking =
    verb !== undefined ||
    options.some((option) => /^--(?:unset|remove-section|rename-section)/.test(option));
  if (plain.length < 2 && !isEditing && !isTaking) return [];
  const key = textOf(plain[0] ?? [])?.toLowerCase();
  const found: Consequence[] = [];
  // The repository's own file is what git writes without the option as well; any other is a file that changes.
  if (file !== undefined && !/(?:^|\/)\.git\/config$/.test(textOf(file) ?? ""))
    found.push({ kind: "writes", path: file, mode: "change" });
  if (key !== undefined && forgets(key, plain[1])) found.push(history("prune"));
  if (key === undefined || isEditing || EXECUTING_KEY.test(key))
    found.push(persists("git-execution"));
  else if (isPushKey(key)) found.push(persists("git-remote"));
  else if (options.includes("--global") || options.includes("--system"))
    found.push({ kind: "writes", path: literal(`${home}/.gitconfig`), mode: "change" });
  return found;
}

function persists(means: "git-execution" | "git-remote"): Consequence {
  return { kind: "effect", effect: { kind: "persist", means, target: undefined } };
}

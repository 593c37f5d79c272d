// Safer forms of commands: what people run instead when a command is refused, as edits of its words. Each is only a proposal.
import { ownValue } from "#base/own-value.ts";
import { quotedForShell } from "#base/shell-quoting.ts";
import { isInterpreter } from "../effects/programs/interpreters.ts";
import type { Edit, SimpleCommand, WrittenWord } from "./simple-commands.ts";

/** What a refusal was about: the effect's kind, and the existing path that made the rule match, where there is one. */
export type Cause = { readonly kind: string; readonly path: string | undefined };

/** A proposal: edits of the text, and a path that must exist for it to make sense, as written in the command. */
export type Rewrite = {
  readonly edits: readonly Edit[];
  readonly needs?: string;
  /** It says what would happen and does nothing of it. */
  readonly onlySays?: true;
};

/** Proposals for one simple command, the nearest to what was wanted first. */
export function rewritesOf(command: SimpleCommand, cause: Cause): readonly Rewrite[] {
  const [first] = command.words;
  if (first?.value === undefined) return [];
  const program = first.value.replace(/^.*\//, "");
  return [
    ...withoutPrivilege(program, command),
    ...withoutOverride(program, command),
    ...besideTheSecret(program, command, cause),
    ...insideTheTree(program, command, cause),
    ...toAFile(program, command),
    ...milderVerb(program, command),
    ...withoutDoing(program, command),
    ...treeInside(program, command),
    ...onThisMachine(program, command),
    ...noOption(command, cause),
  ];
}

/** `sudo ls` -> `ls`. */
function withoutPrivilege(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  const [first, next] = words;
  if (!["sudo", "doas"].includes(program) || first === undefined) return [];
  if (next?.value === undefined || next.value.startsWith("-") || next.value.includes("="))
    return [];
  return [{ edits: [{ start: first.start, end: next.start, text: "" }] }];
}

/** Options that switch a check off, or give rights away, by program. */
const OVERRIDES: Readonly<Record<string, readonly string[]>> = {
  git: ["--no-verify"],
  docker: ["--privileged"],
  podman: ["--privileged"],
  npm: ["--unsafe-perm", "--force"],
  curl: ["-k", "--insecure"],
  wget: ["--no-check-certificate"],
};

/** `git commit --no-verify` -> `git commit`; `git -c core.hooksPath=/dev/null commit` -> `git commit`. */
function withoutOverride(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  const overrides = ownValue(OVERRIDES, program);
  if (overrides === undefined) return [];
  const edits = words.flatMap((word, index): readonly Edit[] => {
    if (word.value !== undefined && overrides.includes(word.value)) return [dropped(words, index)];
    const next = words[index + 1];
    const isSetting =
      program === "git" && word.value === "-c" && next?.value?.includes("=") === true;
    return isSetting && next !== undefined
      ? [{ start: word.start, end: words[index + 2]?.start ?? next.end, text: "" }]
      : [];
  });
  return edits.length === 0 ? [] : [{ edits }];
}

/** How programs that walk a tree are told to leave a name out: right after their name, before the last word, at the end. */
const LEAVING_OUT: Readonly<
  Record<string, (name: string) => { first?: string; beforeLast?: string; last?: string }>
> = {
  grep: (name) => ({ first: `--exclude=${quotedForShell(name)}` }),
  egrep: (name) => ({ first: `--exclude=${quotedForShell(name)}` }),
  fgrep: (name) => ({ first: `--exclude=${quotedForShell(name)}` }),
  rg: (name) => ({ first: `-g ${quotedForShell(`!${name}`)}` }),
  tar: (name) => ({ beforeLast: `--exclude=${quotedForShell(name)}` }),
  rsync: (name) => ({ first: `--exclude=${quotedForShell(name)}` }),
  zip: (name) => ({ last: `-x ${quotedForShell(`*${name}`)}` }),
  diff: (name) => ({ first: `-x ${quotedForShell(name)}` }),
};

/** Subcommands of git that show files and take pathspecs. */
const SHOWING = new Set(["grep", "log", "show", "diff", "whatchanged", "format-patch", "archive"]);

/** `git grep x` -> `git grep x -- ':(top,exclude,glob)**\/.env'`. */
function besideInGit(words: readonly WrittenWord[], name: string): { last?: string } | undefined {
  if (!words.some(({ value }) => value !== undefined && SHOWING.has(value))) return undefined;
  const spec = quotedForShell(`:(top,exclude,glob)**/${name.replace(/[*?[\]\\]/g, "\\$&")}`);
  return { last: words.some(({ value }) => value === "--") ? spec : `-- ${spec}` };
}

/** `grep -r x .` -> `grep --exclude=.env -r x .`; `cat a .env` -> `cat a`; `cat .env` -> `cat .env.example`. */
function besideTheSecret(
  program: string,
  { words }: SimpleCommand,
  { kind, path }: Cause,
): readonly Rewrite[] {
  if (kind !== "read" || path === undefined) return [];
  const name = path.replace(/^.*\//, "");
  const [first] = words;
  const operands = words.slice(1).filter((word) => word.value?.startsWith("-") === false);
  const named = operands.filter((word) => word.value?.replace(/^.*\//, "") === name);
  const [only] = named;
  if (only !== undefined) {
    const twin = harmlessTwin(only.value ?? "");
    const others = operands.length - named.length;
    const replaced = {
      edits: named.map(({ start, end }) => ({ start, end, text: quotedForShell(twin) })),
      needs: twin,
    };
    const left = { edits: named.map((word) => dropped(words, words.indexOf(word))) };
    // Of a program that runs code the other words say what it does, and without a file it would wait for one.
    const canBeLeftOut = !isInterpreter(program) && others > (PATTERN_FIRST.has(program) ? 1 : 0);
    return canBeLeftOut ? [left, replaced] : [replaced];
  }
  const leaving: ReturnType<(typeof LEAVING_OUT)[string]> | undefined =
    program === "git" ? besideInGit(words, name) : ownValue(LEAVING_OUT, program)?.(name);
  const last = words.at(-1);
  if (leaving === undefined || first === undefined || last === undefined) return [];
  const edits = [
    ...(leaving.first === undefined ? [] : [inserted(first.end, ` ${leaving.first}`)]),
    ...(leaving.beforeLast === undefined ? [] : [inserted(last.start, `${leaving.beforeLast} `)]),
    ...(leaving.last === undefined ? [] : [inserted(last.end, ` ${leaving.last}`)]),
  ];
  return [{ edits }];
}

/** Programs of which the first operand is no file. */
const PATTERN_FIRST: ReadonlySet<string> = new Set([
  "grep",
  "egrep",
  "fgrep",
  "rg",
  "ag",
  "sed",
  "awk",
  "jq",
]);

/** The file beside a secret one that is there to be read: `.env.example`, `id_rsa.pub`. */
function harmlessTwin(path: string): string {
  return /(?:^|\/)id_[a-z0-9]+$/.test(path)
    ? `${path}.pub`
    : `${path.replace(/(\.env)\.[^/]*$/, "$1")}.example`;
}

/** `rm -r /build` -> `rm -r ./build`, where that exists. */
function insideTheTree(
  program: string,
  { words }: SimpleCommand,
  { kind }: Cause,
): readonly Rewrite[] {
  if (kind !== "delete" || !["rm", "rmdir"].includes(program)) return [];
  return words.slice(1).flatMap(({ start, end, value }) => {
    const name = /^[~/](?:.*\/)?([^/*?[\]]+)\/?$/.exec(value ?? "")?.[1];
    if (name === undefined || name === "." || name === "..") return [];
    return [{ edits: [{ start, end, text: quotedForShell(`./${name}`) }], needs: `./${name}` }];
  });
}

const SHELLS: ReadonlySet<string> = new Set([
  "sh",
  "bash",
  "zsh",
  "dash",
  "python3",
  "python",
  "node",
  "perl",
  "ruby",
]);

/** `curl URL | sh` -> `curl URL -o /tmp/script`, to be read first. */
function toAFile(program: string, { words, end, pipesInto }: SimpleCommand): readonly Rewrite[] {
  const option = { curl: "-o", wget: "-O" }[program];
  const last = words.at(-1);
  if (option === undefined || last === undefined || !SHELLS.has(pipesInto ?? "")) return [];
  return [{ edits: [{ start: last.end, end, text: ` ${option} /tmp/script-to-read` }] }];
}

/** One verb of a program and what stands in its place: words replaced, and words put behind it. */
type Milder = {
  /** The first words after the program's name, options between them left out. */
  readonly verb: string;
  /** One of these options must be there. */
  readonly having?: readonly string[];
  /** Only without operands after the verb. */
  readonly alone?: true;
  readonly becomes?: string;
  /** Options that change: a new spelling, or nothing. */
  readonly options?: Readonly<Record<string, string>>;
  /** Options after the verb go. */
  readonly withoutOptions?: true;
  readonly adds?: string;
};

const MILDER: Readonly<Record<string, readonly Milder[]>> = {
  git: [
    {
      verb: "push",
      having: ["-f", "--force"],
      options: { "-f": "--force-with-lease", "--force": "--force-with-lease" },
    },
    { verb: "reset", having: ["--hard"], alone: true, becomes: "stash", options: { "--hard": "" } },
    { verb: "reset", having: ["--hard"], options: { "--hard": "--keep" } },
    { verb: "checkout --", becomes: "stash push --" },
    { verb: "checkout .", becomes: "stash push -- ." },
    { verb: "restore", becomes: "stash push --" },
    { verb: "clean", becomes: "stash", withoutOptions: true, adds: "-u" },
    { verb: "branch", having: ["-D"], options: { "-D": "-d" } },
    {
      verb: "commit",
      having: ["--amend"],
      options: { "--amend": "--fixup=HEAD", "--no-edit": "" },
    },
    { verb: "rebase", becomes: "merge" },
    {
      verb: "pull",
      having: ["--rebase", "-r"],
      options: { "--rebase": "--no-rebase", "-r": "--no-rebase", "--autostash": "" },
    },
    { verb: "stash drop", becomes: "stash list" },
    { verb: "stash clear", becomes: "stash list" },
  ],
  npm: [
    { verb: "install", alone: true, becomes: "ci", adds: "--ignore-scripts" },
    { verb: "i", alone: true, becomes: "ci", adds: "--ignore-scripts" },
    { verb: "ci", adds: "--ignore-scripts" },
  ],
  pnpm: [
    { verb: "install", alone: true, adds: "--frozen-lockfile --ignore-scripts" },
    { verb: "i", alone: true, adds: "--frozen-lockfile --ignore-scripts" },
  ],
  yarn: [{ verb: "install", alone: true, adds: "--frozen-lockfile --ignore-scripts" }],
  terraform: [
    { verb: "apply", becomes: "plan", options: { "-auto-approve": "" } },
    { verb: "destroy", becomes: "plan -destroy", options: { "-auto-approve": "" } },
  ],
  tofu: [
    { verb: "apply", becomes: "plan", options: { "-auto-approve": "" } },
    { verb: "destroy", becomes: "plan -destroy", options: { "-auto-approve": "" } },
  ],
  pulumi: [{ verb: "up", becomes: "preview", options: { "--yes": "", "-y": "" } }],
  cdk: [{ verb: "deploy", becomes: "diff" }],
  helm: [
    { verb: "install", becomes: "template" },
    { verb: "upgrade", becomes: "template", options: { "--install": "", "-i": "" } },
    { verb: "uninstall", becomes: "status" },
  ],
  flyway: [{ verb: "migrate", becomes: "info" }],
  docker: [
    { verb: "compose config", adds: "--no-interpolate" },
    { verb: "compose config", adds: "--services" },
  ],
  "docker-compose": [
    { verb: "config", adds: "--no-interpolate" },
    { verb: "config", adds: "--services" },
  ],
};

function milderVerb(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  return (ownValue(MILDER, program) ?? []).flatMap((milder): readonly Rewrite[] => {
    const verb = milder.verb.split(" ");
    const start = words.findIndex((word, index) => index > 0 && word.value === verb[0]);
    if (start < 1 || words.slice(1, start).some(({ value }) => value?.startsWith("-") !== true))
      return [];
    if (!verb.every((part, index) => words[start + index]?.value === part)) return [];
    const rest = words.slice(start + verb.length);
    const values = rest.map(({ value }) => value);
    if (milder.having !== undefined && !milder.having.some((one) => values.includes(one)))
      return [];
    if (milder.alone === true && values.some((value) => value?.startsWith("-") !== true)) return [];
    const [first, last] = [words[start], words[start + verb.length - 1]];
    if (first === undefined || last === undefined) return [];
    const edits: Edit[] = [];
    const added = milder.adds === undefined ? "" : ` ${milder.adds}`;
    if (milder.becomes !== undefined || added !== "")
      edits.push({
        start: first.start,
        end: last.end,
        text: `${milder.becomes ?? milder.verb}${added}`,
      });
    const said = new Set<string>();
    for (const [index, { start: from, end, value }] of rest.entries()) {
      const isOption = milder.withoutOptions === true && value?.startsWith("-") === true;
      const text = isOption ? "" : milder.options?.[value ?? ""];
      if (text === undefined) continue;
      edits.push(
        text === "" || said.has(text)
          ? dropped(words, start + verb.length + index)
          : { start: from, end, text },
      );
      said.add(text);
    }
    return edits.length === 0 ? [] : [{ edits }];
  });
}

/** Options that make a program say what it would do, by program and verb; `*` is any. */
const WITHOUT_DOING: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  git: { push: "--dry-run", clean: "--dry-run" },
  npm: { publish: "--dry-run" },
  pnpm: { publish: "--dry-run" },
  cargo: { publish: "--dry-run" },
  poetry: { publish: "--dry-run" },
  kubectl: {
    apply: "--dry-run=client",
    create: "--dry-run=client",
    delete: "--dry-run=client",
    replace: "--dry-run=client",
    patch: "--dry-run=client",
    scale: "--dry-run=client",
  },
  make: { "*": "-n" },
  rsync: { "*": "--dry-run" },
  "ansible-playbook": { "*": "--check" },
  pip: { install: "--dry-run" },
  pip3: { install: "--dry-run" },
  composer: { install: "--dry-run", update: "--dry-run" },
  "apt-get": { install: "--simulate", remove: "--simulate", upgrade: "--simulate" },
  apt: { install: "--simulate", remove: "--simulate", upgrade: "--simulate" },
};

function withoutDoing(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  const verbs = ownValue(WITHOUT_DOING, program) ?? {};
  const [first] = words;
  if (first === undefined) return [];
  const verb = words.find((word, index) => index > 0 && word.value?.startsWith("-") === false);
  const option = verbs[verb?.value ?? ""];
  if (option !== undefined && verb !== undefined)
    return [{ edits: [inserted(verb.end, ` ${option}`)], onlySays: true }];
  const always = verbs["*"];
  if (always === undefined) return [];
  return [{ edits: [inserted(first.end, ` ${always}`)], onlySays: true }];
}

/** `git worktree add ../fix main` -> `git worktree add .worktrees/fix main`. */
function treeInside(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  const at = words.findIndex(({ value }) => value === "worktree");
  if (program !== "git" || at < 0 || words[at + 1]?.value !== "add") return [];
  return words.slice(at + 2).flatMap(({ start, end, value }): readonly Rewrite[] => {
    const name = /^(?:\.\.?|~)?\/(?:.*\/)?([\w.@+-]*\w)\/?$/.exec(value ?? "")?.[1];
    if (name === undefined) return [];
    return [{ edits: [{ start, end, text: `.worktrees/${name}` }] }];
  });
}

/** `python3 -m http.server` -> `python3 -m http.server --bind 127.0.0.1`. */
function onThisMachine(program: string, { words }: SimpleCommand): readonly Rewrite[] {
  const at = words.findIndex(({ value }) => value === "http.server");
  const [last] = words.slice(-1);
  const isBound = words.some(({ value }) => /^(?:--bind|-b)/.test(value ?? ""));
  if (!/^python3?$/.test(program) || at < 0 || last === undefined || isBound) return [];
  return [{ edits: [inserted(last.end, " --bind 127.0.0.1")] }];
}

/** `grep -w "$name" src` -> `grep -w -- "$name" src`, where what a variable holds may be an option. */
function noOption({ words }: SimpleCommand, { kind }: Cause): readonly Rewrite[] {
  const unknown = words.find(({ value }, index) => index > 0 && value === undefined);
  const isClosed = words.some(({ value }) => value === "--");
  if (kind !== "unknown" || unknown === undefined || isClosed) return [];
  return [{ edits: [inserted(unknown.start, "-- ")] }];
}

/** Takes a word away, with the space in front of it. */
function dropped(words: readonly WrittenWord[], index: number): Edit {
  const [before, word] = [words[index - 1], words[index]];
  const end = word?.end ?? 0;
  return { start: before?.end ?? word?.start ?? 0, end, text: "" };
}

function inserted(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

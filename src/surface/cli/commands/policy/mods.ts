// `sallyport mods`: code that plugins and skills bring into the client, and which of it a person agreed to.
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { homeDirectory, userName } from "#platform/user.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { openStatements } from "../../../services/exceptions/statements.ts";
import {
  agreements,
  type SeenMod,
  seenMods,
  unagreed,
} from "../../../services/mods/agreed-mods.ts";
import { findExtensions } from "../../../services/mods/extensions.ts";
import { findMods } from "../../../services/mods/find-mods.ts";
import {
  keepList,
  keptList,
  listChanges,
  openSeenDigests,
} from "../../../services/mods/kept-lists.ts";
import { countFolder } from "../../../services/mods/mod-digest.ts";
import {
  agreedTo,
  isBroken,
  isUnagreedAgent,
  type SeenExtension,
  standingOf,
} from "../../../services/mods/seen-extensions.ts";
import { guardingOf } from "../../../services/projects/guarded-project.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { linesOf, list, statementOf, withdraw } from "../../operator/statements.ts";

const placeOption = {
  project: { type: "string", valueHint: "DIR", description: "the project (default: here)" },
} as const;

const allOption = {
  all: {
    type: "boolean",
    description: "also plugins, skills, agents and commands that bring code",
  },
} as const;

/** Mods and other code of extensions as they stand for one directory. */
export function modsAt(
  directory: string,
  directories: Directories,
  { home, nowMs }: { readonly home: string; readonly nowMs: number },
): {
  readonly root: string;
  readonly mods: readonly SeenMod[];
  /** Other code that extensions bring: what is a mod is not among them. */
  readonly extensions: readonly SeenExtension[];
} {
  const root = guardingOf(directories, directory)?.project.root ?? directory;
  const statements = openStatements(directories);
  const hasAgreed = agreements(statements, () => nowMs);
  const places = { directories: [...new Set([root, directory])], config: join(home, ".claude") };
  const mods = seenMods(findMods(places), hasAgreed, root);
  const extensions = standingOf(findExtensions(places), root, {
    agreed: agreedTo(statements, () => nowMs),
    seen: openSeenDigests(directories).of(root).digestOf,
  }).filter(({ place }) => mods.every(({ folder }) => folder !== place));
  return { root, mods, extensions };
}

/** An extension in words. Not printable yet, as a mod is not. */
export function linesOfExtension(one: SeenExtension): string[] {
  const { name, kind, origin, place, brings, isLoaded, standing } = one;
  const who = {
    project: "of the repository",
    home: "of your own",
    plugin: "of a marketplace",
    session: "written by the client in a session",
  }[origin];
  const how = {
    agreed: "agreed to",
    "unlike-agreed": "not what you agreed to any more: it holds sessions",
    new: "no session saw it yet",
    changed: "changed since the last session",
    known: "seen before; nobody agreed to it",
  }[standing];
  const refused = isUnagreedAgent(one) && !isBroken(one) ? "; it is refused until you agree" : "";
  const state = isLoaded ? how + refused : `not loaded here; ${how}`;
  return [
    `${name}  ${kind} ${who}, brings ${brings.join(", ")}; ${state}`,
    `  ${place}`,
    `  ${countedWords(one)}`,
  ];
}

/** Whether something is refused until a person agrees to it. */
function isHolding(one: SeenExtension): boolean {
  return isBroken(one) || isUnagreedAgent(one);
}

function countedWords({ digest, uncounted }: Pick<SeenMod, "digest" | "uncounted">): string {
  return uncounted === undefined
    ? `SHA-256 ${digest}`
    : `nobody can agree to it, because ${uncounted}`;
}

/** A mod in words. Not printable yet: names and paths are somebody else's. */
export function linesOfMod(mod: SeenMod): string[] {
  const { name, origin, file, isLoaded, isAgreed } = mod;
  const who = {
    project: "of the repository",
    home: "of your own skills",
    plugin: "of a plugin",
    session: "written by the client in a session",
  }[origin];
  const how = isLoaded
    ? isAgreed
      ? "agreed to"
      : "nobody agreed to it: it holds sessions"
    : "not loaded here";
  return [`${name}  ${who}; ${how}`, `  ${file}`, `  ${countedWords(mod)}`];
}

/** `sallyport mods list`. */
export const listCommand = defineCommand({
  meta: {
    name: "list",
    description: `the code that plugins and skills bring into Claude Code itself, where it lies, and whether you agreed to it

  sallyport mods list          for the project here, your own skills and your plugins
  sallyport mods list --all    also plugins, skills, agents and commands that bring hooks, servers, programs, scripts or shell lines
  sallyport mods list --json   the same with digests, for a program

A mod runs inside of the client, before every hook that is not managed: docs/guide/mods.md.`,
  },
  args: { ...placeOption, ...allOption, ...dataOption, ...jsonOption },
  async run({ args }) {
    const { mods, extensions } = seen(args);
    if (unagreed(mods).length > 0 || extensions.some(isHolding)) process.exitCode = exitCodes.found;
    const shown = args.all === true ? extensions : extensions.filter(isHolding);
    if (args.json === true)
      return print(
        printableJson(
          args.all === true
            ? { mods, extensions: extensions.map((one) => ({ ...one, files: undefined })) }
            : mods,
        ),
      );
    const lines = [...mods.map(linesOfMod), ...shown.map(linesOfExtension)];
    if (lines.length > 0)
      return print(lines.map((one) => one.map(printable).join("\n")).join("\n\n"));
    return print(
      args.all === true
        ? "no plugin, skill, agent or command here brings code"
        : "no mod is here: nothing runs inside of Claude Code beside it",
    );
  },
});

/** `sallyport mods agree`. */
export const agreeCommand = defineCommand({
  meta: {
    name: "agree",
    description: `agree to the mods that nobody agreed to, as they are now; typed at a terminal, signed, on record

  sallyport mods agree --reason "read it, it only draws a status line"

  sallyport mods agree --all   also to every plugin, skill, agent and command that brings code

It counts for these digests: what changes afterwards holds sessions. Sessions that are held because of them go on with their next call.`,
  },
  args: {
    ...placeOption,
    ...allOption,
    for: { type: "string", default: "366d", valueHint: "TIME", description: "how long: 30d, 366d" },
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    owner: { type: "string", valueHint: "NAME", description: "who answers for it (default: you)" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const { mods, extensions, root } = seen(args);
    // What holds sessions first needs an answer; of the rest, what cannot be counted is left as it is.
    const others = extensions.filter(
      (one) =>
        isHolding(one) ||
        (args.all === true && one.standing !== "agreed" && one.uncounted === undefined),
    );
    const left =
      args.all === true
        ? extensions.filter((one) => !isHolding(one) && one.uncounted !== undefined)
        : [];
    const strange = [
      ...unagreed(mods).map((mod) => ({ ...mod, lines: linesOfMod(mod) })),
      ...others.map((one) => ({ ...one, file: one.place, lines: linesOfExtension(one) })),
    ];
    if (strange.length === 0)
      return tell(args, { outcome: "unchanged", agreed: [] }, "there is nothing to agree to");
    const open = strange.find(({ uncounted }) => uncounted !== undefined);
    if (open !== undefined)
      throw new Failure(
        "usage",
        `nobody can agree to ${printable(open.name)} (${printable(open.file)}), because ${printable(open.uncounted ?? "")}: a digest cannot stand for what it runs. Take it out, or make it smaller`,
      );
    const nowMs = Date.now();
    const statements = strange.map((one) =>
      statementOf(
        {
          kind: "mod",
          for: args.for,
          owner: args.owner,
          digest: one.digest,
          about: one.name.slice(0, 300),
          reason: args.reason ?? "agreed to at a terminal",
          scope: one.origin === "project" ? { of: "project", path: root } : { of: "all" },
        },
        { approver: userName(), nowMs },
      ),
    );
    const lines = [
      ...(strange.length > others.length
        ? [
            "This code runs inside of Claude Code. It can answer, change and hide every call before a hook sees it.",
          ]
        : ["Claude Code runs this code with your rights, and no hook sees what it does."]),
      ...strange.flatMap((one) => one.lines),
      ...left.map(({ name, uncounted }) => `${name} is left out, because ${uncounted}`),
      ...statements.flatMap(linesOf),
    ];
    if (!(await isTyped(args, lines.map(printable)))) return;
    const store = openStatements(directories);
    await startDaemon(install);
    for (const statement of statements) {
      const answer = await giveOrder(install, { order: "state", receipt: store.sign(statement) });
      if (answer.kind !== "stated") throw refused(answer);
    }
    for (const folder of strange.map(countedAgain))
      if (folder !== undefined) keepList(directories, folder);
    const agreed = statements.map(({ id, about, digest }) => ({ id, name: about, digest }));
    const ids = agreed.map(({ id }) => id).join(", ");
    await tell(args, { outcome: "agreed", agreed }, `agreed: ${ids}`);
  },
});

/** The files of what was agreed to; undefined where they changed meanwhile. */
function countedAgain(
  one: { readonly digest: string } & Partial<SeenMod> & Partial<SeenExtension>,
) {
  if (one.files !== undefined) return { digest: one.digest, files: one.files };
  const counted = one.folder === undefined ? undefined : countFolder(one.folder);
  return counted?.digest === one.digest ? counted : undefined;
}

/** `sallyport mods diff`. */
export const diffCommand = defineCommand({
  meta: {
    name: "diff",
    description: `which files differ from what you agreed to

  sallyport mods diff                  of everything that you agreed to
  sallyport mods diff linter@team      of one, by its name in \`mods list --all\`

Only names and digests of files are kept, not what stood in them.`,
  },
  args: {
    name: {
      type: "positional",
      required: false,
      description: "its name, as `list --all` shows it",
    },
    ...placeOption,
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const { mods, extensions, root } = seen(args);
    const agreed = agreedTo(openStatements(directories), () => Date.now());
    const all = [
      ...mods.map((mod) => ({ ...mod, place: mod.folder, files: countFolder(mod.folder).files })),
      ...extensions,
    ].filter(({ name }) => args.name === undefined || name === args.name);
    if (args.name !== undefined && all.length === 0)
      throw new Failure(
        "usage",
        `nothing here is called \`${printable(args.name)}\`: \`sallyport mods list --all\` shows what is`,
      );
    const told = all.flatMap(({ name, origin, place, digest, files }) => {
      const [last, ...older] = agreed(name, origin, root);
      if (last === undefined || [last, ...older].some((one) => one.digest === digest)) return [];
      const before = last.digest === null ? undefined : keptList(directories, last.digest);
      const changes = before === undefined ? undefined : listChanges(before, files);
      return [{ name, place, agreed: last.digest, now: digest, changes: changes ?? null }];
    });
    if (told.length > 0) process.exitCode = exitCodes.found;
    if (args.json === true) return print(printableJson(told));
    if (told.length === 0) return print("everything that you agreed to is as it was");
    const lines = told.flatMap(({ name, place, changes }) => [
      `${name}  ${place}`,
      ...(changes ?? []).map(({ path, how }) => `  ${how}: ${path}`),
      ...(changes === null ? ["  changed; which files were there was not kept"] : []),
    ]);
    return print(lines.map(printable).join("\n"));
  },
});

/** `sallyport mods agreed`. */
export const agreedCommand = defineCommand({
  meta: {
    name: "agreed",
    description:
      "What people agreed to, each with its id, digest and end. Example: sallyport mods agreed --json",
  },
  args: { ...dataOption, ...jsonOption },
  run: ({ args }) => list(["mod"], args),
});

/** `sallyport mods withdraw`. */
export const withdrawCommand = defineCommand({
  meta: {
    name: "withdraw",
    description: `take back that you agreed to a mod; typed at a terminal. Sessions are held from their next call on

  sallyport mods withdraw 00112233445566aa`,
  },
  args: {
    id: { type: "positional", required: true, description: "its id, as `agreed` shows it" },
    ...dataOption,
    ...jsonOption,
  },
  run: ({ args }) => withdraw(["mod"], args.id, args),
});

function seen(args: { readonly project?: string | undefined; readonly data?: string | undefined }) {
  const directory = args.project ?? process.cwd();
  const nowMs = Date.now();
  try {
    const directories = directoriesIn(args.data ?? dataDirectory());
    return modsAt(realpathSync(directory), directories, { home: homeDirectory(), nowMs });
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    const there = `there is no folder \`${printable(directory)}\`: name a project that exists`;
    throw new Failure("usage", there, { cause });
  }
}

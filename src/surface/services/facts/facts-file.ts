// Facts written down in a file: what `decide --facts FILE` uses in place of this machine.
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { environmentFacts } from "#guard/effects/variables/inherited.ts";
import type {
  EnvironmentFacts,
  FactAnswer,
  Holds,
  LockFacts,
  SessionFacts,
  ShellFacts,
} from "#guard/facts/facts.ts";
import { PLAIN_SHELL } from "./session-shell.ts";

/** Facts given beforehand. A part that the file leaves out is taken from the call or is empty. */
export type GivenFacts = {
  readonly session: Partial<
    Pick<SessionFacts, "projectRoot" | "home" | "user" | "interactive" | "ownPaths">
  >;
  readonly shell: ShellFacts;
  /** Undefined where the file has none: then any variable may be set. */
  readonly environment?: EnvironmentFacts;
  readonly holds: Holds;
  readonly writtenPaths: ReadonlySet<string>;
  readonly answers: ReadonlyMap<string, FactAnswer>;
};

const FILE_BYTES_MAX = 64 * 1024 * 1024;

const textMap = v.pipe(
  v.record(v.string(), v.string()),
  v.transform((entries): ReadonlyMap<string, string> => new Map(Object.entries(entries))),
);
const absolute = v.pipe(v.string(), v.startsWith("/"));
const links = v.array(v.strictObject({ path: absolute, real: absolute }));
const repository = v.strictObject({
  root: absolute,
  gitDirectory: absolute,
  branch: v.optional(v.string()),
  upstream: v.optional(v.strictObject({ remote: v.string(), branch: v.string() })),
  remotes: v.optional(textMap, {}),
  movedRemotes: v.optional(v.array(v.string()), []),
  aliases: v.optional(textMap, {}),
  executes: v.optional(textMap, {}),
  executesOwn: v.optional(v.array(v.string()), []),
  hooks: v.optional(v.array(v.string()), []),
  hooksDirectory: v.exactOptional(absolute),
  push: v.optional(textMap, {}),
});
const answer = v.variant("kind", [
  v.strictObject({
    kind: v.literal("path"),
    real: absolute,
    type: v.picklist(["file", "directory", "other", "missing"]),
    links: v.optional(v.number(), 1),
  }),
  v.strictObject({
    kind: v.picklist(["glob", "find"]),
    paths: v.array(absolute),
    links: v.optional(links, []),
    complete: v.optional(v.boolean(), true),
  }),
  v.strictObject({
    kind: v.literal("text"),
    text: v.optional(v.string()),
    complete: v.optional(v.boolean(), true),
  }),
  v.strictObject({ kind: v.literal("words"), holds: v.boolean() }),
  v.strictObject({
    kind: v.literal("lock"),
    lock: v.optional(
      v.strictObject({
        registries: v.array(v.string()),
        workspaces: v.optional(v.array(v.string()), []),
        complete: v.optional(v.strictObject({ needs: v.record(v.string(), v.string()) })),
        digest: v.optional(v.string()),
      }),
    ),
  }),
  v.strictObject({ kind: v.literal("program"), directory: v.optional(absolute) }),
  v.strictObject({ kind: v.literal("git"), repository: v.optional(repository) }),
]);
const file = v.strictObject({
  session: v.optional(
    v.strictObject({
      projectRoot: v.exactOptional(absolute),
      home: v.exactOptional(absolute),
      user: v.exactOptional(v.string()),
      interactive: v.exactOptional(v.boolean()),
      ownPaths: v.exactOptional(v.array(absolute)),
    }),
    {},
  ),
  shell: v.optional(
    v.strictObject({
      dialect: v.picklist(["bash", "zsh", "unknown"]),
      known: v.boolean(),
      functions: v.optional(textMap, {}),
      aliases: v.optional(textMap, {}),
      options: v.optional(
        v.pipe(
          v.array(v.string()),
          v.transform((names): ReadonlySet<string> => new Set(names)),
        ),
        [],
      ),
      variables: v.optional(textMap, {}),
    }),
  ),
  environment: v.exactOptional(
    v.strictObject({
      variables: v.optional(textMap, {}),
      withheld: v.optional(v.array(v.string()), []),
      exact: v.optional(v.boolean(), true),
    }),
  ),
  holds: v.optional(v.strictObject({ quarantined: v.boolean(), reason: v.optional(v.string()) }), {
    quarantined: false,
  }),
  writtenPaths: v.optional(v.array(absolute), []),
  answers: v.optional(v.record(v.string(), answer), {}),
});

/** Reads a facts file. Throws a Failure that names the file and the field. */
export function loadFactsFile(path: string): GivenFacts {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new Failure("facts-file", `cannot read the facts file \`${path}\`; check its path`, {
      cause,
      at: { file: path },
    });
  }
  return parseFactsFile(text, path);
}

/** Reads the text of a facts file; `path` is only for messages. */
export function parseFactsFile(text: string, path: string): GivenFacts {
  const refuse = (what: string): Failure =>
    new Failure("facts-file", `${what} in the facts file \`${path}\`; see \`decide --help\``, {
      at: { file: path },
    });
  if (text.length > FILE_BYTES_MAX) throw refuse("more than 64 MiB");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse("no valid JSON");
  }
  if (Array.isArray(json)) throw refuse("a list at the top");
  const parsed = v.safeParse(file, json);
  if (!parsed.success) {
    throw refuse(`a wrong value at \`${v.getDotPath(parsed.issues[0]) ?? "the top"}\``);
  }
  const { session, shell, environment, holds, writtenPaths, answers } = parsed.output;
  return {
    session,
    shell: shell ?? PLAIN_SHELL,
    ...(environment === undefined
      ? {}
      : {
          environment: environmentFacts({
            variables: environment.variables,
            withheld: new Set(environment.withheld),
            isExact: environment.exact,
          }),
        }),
    holds: { quarantined: holds.quarantined, reason: holds.reason },
    writtenPaths: new Set(writtenPaths),
    answers: new Map(Object.entries(answers).map(([key, value]) => [key, completeAnswer(value)])),
  };
}

type GivenLock = NonNullable<Extract<v.InferOutput<typeof answer>, { kind: "lock" }>["lock"]>;

function completeLock({ digest, complete, ...rest }: GivenLock): LockFacts {
  return { ...rest, complete, ...(digest === undefined ? {} : { digest }) };
}

// Fields that the file leaves out are undefined, spelled out.
function completeAnswer(given: v.InferOutput<typeof answer>): FactAnswer {
  if (given.kind === "text") return { ...given, text: given.text };
  if (given.kind === "lock") return { ...given, lock: given.lock && completeLock(given.lock) };
  if (given.kind === "program") return { ...given, directory: given.directory };
  if (given.kind !== "git") return given;
  const repositoryFacts = given.repository && {
    ...given.repository,
    branch: given.repository.branch,
    upstream: given.repository.upstream,
    movedRemotes: new Set(given.repository.movedRemotes),
    executesOwn: new Set(given.repository.executesOwn),
  };
  return { kind: "git", repository: repositoryFacts };
}

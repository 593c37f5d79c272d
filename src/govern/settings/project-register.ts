// The register of guarded projects, `projects.json` in the data directory: what was put where, and each token's digest.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { refuseOtherFormat } from "./format-version.ts";

/** Version of the format. Raising it needs a step in `surface/services/program/data-formats.ts`. */
export const PROJECT_REGISTER_VERSION = 4;

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));

/** A handler as it was written, the token hidden. */
const handlerSchema = v.record(
  text,
  v.union([text, v.number(), v.pipe(v.array(text), v.readonly()), v.record(text, text)]),
);

/** SHA-256 of a compiled policy; null where an older register did not hold it. */
const digest = v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)));
const packName = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/));

/** Which policy was chosen: a pack that ships with the product, or a file of the person (absolute). */
const chosenPolicySchema = v.union([
  v.strictObject({ pack: packName, digest }),
  v.strictObject({ file: v.pipe(text, v.startsWith("/")), digest }),
]);

const undoEntries = {
  created: v.pipe(v.array(text), v.maxLength(64)),
  env: v.pipe(
    v.array(
      v.strictObject({
        name: text,
        written: v.pipe(v.string(), v.maxLength(65_536)),
        before: v.nullable(v.pipe(v.string(), v.maxLength(65_536))),
      }),
    ),
    v.maxLength(64),
  ),
  createdFile: v.boolean(),
  createdFolder: v.boolean(),
  /** The file in which we excluded the settings from git, when we did. */
  excludeFile: v.nullable(text),
};

const oldEntry = {
  /** Stable name of the project in our own state: 16 hex characters. */
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  /** Absolute, symlinks resolved. */
  root: text,
  settingsFile: text,
  /** SHA-256 of the hook token, 64 hex characters. The token itself is in the settings file only. */
  tokenDigest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** The hooks exactly as they were written, save that the token is hidden. */
  hooks: v.pipe(
    v.array(v.strictObject({ event: text, handler: handlerSchema })),
    v.maxLength(64),
    v.readonly(),
  ),
  /** Variables of the repository that a person accepted with the value they had; see `accepted-variables.ts`. */
  acceptedEnv: v.optional(
    v.pipe(
      v.array(
        v.strictObject({ name: text, digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
      ),
      v.maxLength(256),
      v.readonly(),
    ),
  ),
  undo: v.strictObject(undoEntries),
};
const chosenEntry = {
  ...oldEntry,
  /** `user`: the hooks are in the person's own settings and count for every project; `root` is their home. */
  scope: v.picklist(["project", "user"]),
  policy: chosenPolicySchema,
};
const modeEntry = {
  ...chosenEntry,
  /** `observe`: calls are judged and recorded, and nothing is refused or asked about. */
  mode: v.picklist(["enforce", "observe"]),
};
const entrySchema = v.strictObject({
  ...modeEntry,
  undo: v.strictObject({
    ...undoEntries,
    /** Rules and switches of the client that we wrote; without them none. */
    rules: v.optional(v.pipe(v.array(text), v.maxLength(2_000), v.readonly())),
    asks: v.optional(v.pipe(v.array(text), v.maxLength(2_000), v.readonly())),
    switches: v.optional(
      v.pipe(
        v.array(v.strictObject({ key: text, value: v.union([v.boolean(), v.string()]) })),
        v.maxLength(64),
        v.readonly(),
      ),
    ),
  }),
});

const registerSchema = v.strictObject({
  version: v.literal(PROJECT_REGISTER_VERSION),
  projects: v.pipe(v.array(entrySchema), v.maxLength(10_000)),
});
/** Before a project had a policy of its own: each was judged by the one pack that there was. */
const oldRegisterSchema = v.strictObject({
  version: v.literal(1),
  projects: v.pipe(v.array(v.strictObject(oldEntry)), v.maxLength(10_000)),
});

/** Before a project could be observed only: each was enforced. */
const enforcedRegisterSchema = v.strictObject({
  version: v.literal(2),
  projects: v.pipe(v.array(v.strictObject(chosenEntry)), v.maxLength(10_000)),
});

/** Before rules and switches of the client were written beside hooks and variables. */
const modeRegisterSchema = v.strictObject({
  version: v.literal(3),
  projects: v.pipe(v.array(v.strictObject(modeEntry)), v.maxLength(10_000)),
});

/** The pack that is in force when nobody chose another. */
export const DEFAULT_PACK = "team";

/** The policy that was chosen, and its digest then. */
export type ChosenPolicy = v.InferOutput<typeof chosenPolicySchema>;
/** Where the hooks of an entry are, and so what they count for. */
export type Scope = ProjectEntry["scope"];
/** Whether verdicts are answered, or only recorded. */
export type GuardMode = ProjectEntry["mode"];
/** One guarded project, or with scope `user` all projects of the person. */
export type ProjectEntry = v.InferOutput<typeof entrySchema>;
/** All guarded projects of an installation. */
export type ProjectRegister = readonly ProjectEntry[];

/** Reads a register; no text is an empty one. Throws a Failure when it is damaged or of another format. */
export function parseProjectRegister(source: string | undefined, file: string): ProjectRegister {
  if (source === undefined) return [];
  try {
    const content: unknown = JSON.parse(source);
    const old = v.safeParse(oldRegisterSchema, content);
    if (old.success) return old.output.projects.map(withDefaults).map(withMode);
    const enforced = v.safeParse(enforcedRegisterSchema, content);
    if (enforced.success) return enforced.output.projects.map(withMode);
    const mode = v.safeParse(modeRegisterSchema, content);
    if (mode.success) return mode.output.projects;
    refuseOtherFormat(content, PROJECT_REGISTER_VERSION, file);
    return v.parse(registerSchema, content).projects;
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "project-register",
      "the list of guarded projects is damaged; restore it, or remove it and run `sallyport init` in each project",
      { cause, at: { file } },
    );
  }
}

/** What an entry of version 2 means in version 3. */
export function withMode<Entry extends object>(entry: Entry) {
  const mode: GuardMode = "enforce";
  return { ...entry, mode };
}

/** What an entry of version 1 means in version 2. */
export function withDefaults<Entry extends object>(entry: Entry) {
  const scope: Scope = "project";
  return { ...entry, scope, policy: { pack: DEFAULT_PACK, digest: null } };
}

/** The text of a register, newline at its end. */
export function formatProjectRegister(projects: ProjectRegister): string {
  return `${JSON.stringify({ version: PROJECT_REGISTER_VERSION, projects }, undefined, 2)}\n`;
}

/** The register with the entry put in place of the one for the same root and scope. */
export function withProject(projects: ProjectRegister, entry: ProjectEntry): ProjectRegister {
  return [...withoutProject(projects, entry), entry];
}

/** The register without the entry for this root and scope. */
export function withoutProject(
  projects: ProjectRegister,
  { root, scope }: Pick<ProjectEntry, "root" | "scope">,
): ProjectRegister {
  return projects.filter((project) => project.root !== root || project.scope !== scope);
}

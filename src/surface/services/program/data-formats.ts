// The formats of our own files in the data directory: which versions this program writes, and how one becomes the next.
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import {
  DEFAULT_PACK,
  PROJECT_REGISTER_VERSION,
  withDefaults,
  withMode,
} from "#govern/settings/project-register.ts";
import { STATE_VERSION } from "../installation/install.ts";
import type { Directories } from "../../foundation/files/directories.ts";

/** A file's content with its version, before any schema. */
export type Versioned = { readonly version: number; readonly [key: string]: unknown };

/** One step of a format. Pure; both may throw a Failure for content that they cannot carry over. */
export type Migration = {
  /** Leads from this version to the next. */
  readonly from: number;
  /** Says to a person what changes. */
  readonly what: string;
  readonly up: (content: Versioned) => { readonly [key: string]: unknown };
  /** Undoes it, for `upgrade --rollback`; undefined where the older program could not work with what is left. */
  readonly down: ((content: Versioned) => { readonly [key: string]: unknown }) | undefined;
};

/** One file with a version of its own. `migrations` holds one step for each version below `current`, oldest first. */
export type DataFormat = {
  readonly name: string;
  readonly file: (places: Directories) => string;
  readonly current: number;
  readonly migrations: readonly Migration[];
};

/**
 * Every format. To change one: raise the version where the format is defined, and add the step that leads to it here. The
 * text of the file is made by the step alone, so it must stand when schemas have long moved on.
 */
export const dataFormats: readonly DataFormat[] = [
  {
    name: "state.json",
    file: ({ stateFile }) => stateFile,
    current: STATE_VERSION,
    migrations: [],
  },
  {
    name: "projects.json",
    file: ({ projectsFile }) => projectsFile,
    current: PROJECT_REGISTER_VERSION,
    migrations: [
      {
        from: 1,
        what: "each project says which policy judges it, and in which scope it is guarded",
        up: (content) => ({ ...content, projects: projectsIn(content).map(withDefaults) }),
        down: (content) => ({ ...content, projects: projectsIn(content).map(withoutPolicy) }),
      },
      {
        from: 2,
        what: "each project says whether its verdicts are answered or only recorded",
        up: (content) => ({ ...content, projects: projectsIn(content).map(withMode) }),
        down: (content) => ({ ...content, projects: projectsIn(content).map(withoutMode) }),
      },
      {
        from: 3,
        what: "each project says which rules and switches of the client were written for it",
        up: (content) => content,
        down: (content) => ({ ...content, projects: projectsIn(content).map(withoutRules) }),
      },
    ],
  },
];

function projectsIn({ projects }: Versioned) {
  return v.parse(v.array(v.looseObject({})), projects);
}

const oldProjectSchema = v.looseObject({
  scope: v.literal("project"),
  policy: v.looseObject({ pack: v.literal(DEFAULT_PACK) }),
});

/** WHY not for every entry: the older program would judge by its one policy, which nobody chose for this project. */
function withoutPolicy(entry: object): object {
  const read = v.safeParse(oldProjectSchema, entry);
  if (read.success) {
    const { scope: _, policy: __, ...rest } = read.output;
    return rest;
  }
  throw new Failure(
    "data-format",
    "a project has a policy of its own or is guarded in user scope, which the older sallyport does not know; change that with `sallyport init` or `uninstall` first",
  );
}

/** WHY not for every entry: the older program would refuse and ask where a person wants neither. */
function withoutMode(entry: object): object {
  const read = v.safeParse(v.looseObject({ mode: v.literal("enforce") }), entry);
  if (read.success) {
    const { mode: _, ...rest } = read.output;
    return rest;
  }
  throw new Failure(
    "data-format",
    "a project is observed only, which the older sallyport does not know; run `sallyport init --enforce` or `sallyport uninstall` in it first",
  );
}

const none = v.optional(v.pipe(v.array(v.unknown()), v.maxLength(0)));
const withUndoSchema = v.looseObject({
  undo: v.looseObject({ rules: none, asks: none, switches: none }),
});

/** WHY not for every entry: nobody would know afterwards which rules are ours, and no `uninstall` would ever take them out. */
function withoutRules(entry: object): object {
  const read = v.safeParse(withUndoSchema, entry);
  if (read.success) {
    const { rules: _, asks: __, switches: ___, ...undo } = read.output.undo;
    return { ...entry, undo };
  }
  throw new Failure(
    "data-format",
    "rules of the client were written into a project's settings, which the older sallyport would not know as its own and never take out; run `sallyport uninstall` in each guarded project first, and `sallyport init` with the older one",
  );
}

/** The versions that this program writes, by file name. */
export function currentFormats(formats = dataFormats): Readonly<Record<string, number>> {
  return Object.fromEntries(formats.map(({ name, current }) => [name, current]));
}

const versionedSchema = v.looseObject({
  version: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
});

/** Version and content of a format's text. Throws a Failure when it is damaged. */
export function readVersioned(text: string, file: string): Versioned {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), versionedSchema), text);
  if (read.success) return read.output;
  throw new Failure("data-damaged", "the file is damaged; restore it before anything is changed", {
    at: { file },
  });
}

/** What a file becomes. `steps` says in words what is done. */
export type Migrated = {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly steps: readonly string[];
};

/**
 * The text of a file in version `to`, up or down; undefined when it is in it. Throws a Failure when a step is missing: a
 * format that is newer than this program knows is never written.
 */
export function migrate(
  format: Pick<DataFormat, "name" | "migrations" | "current">,
  text: string,
  options: { readonly file: string; readonly to: number },
): Migrated | undefined {
  const { file, to } = options;
  let content = readVersioned(text, file);
  const from = content.version;
  if (from === to) return undefined;
  if (from > format.current) {
    throw new Failure(
      "data-newer",
      `its format ${from} is newer than this program knows (${format.current}); use the newer sallyport: nothing was written`,
      { at: { file } },
    );
  }
  const steps: string[] = [];
  const direction = from < to ? 1 : -1;
  while (content.version !== to) {
    const { version } = content;
    const migration = format.migrations.find(
      (step) => step.from === (direction === 1 ? version : version - 1),
    );
    const step = direction === 1 ? migration?.up : migration?.down;
    if (migration === undefined || step === undefined) {
      throw new Failure(
        "data-format",
        `there is no way from format ${version} of \`${format.name}\` to ${version + direction}; nothing was written`,
        { at: { file } },
      );
    }
    content = { ...step(content), version: version + direction };
    steps.push(direction === 1 ? migration.what : `undo: ${migration.what}`);
  }
  return { from, to, text: `${JSON.stringify(content, undefined, 2)}\n`, steps };
}

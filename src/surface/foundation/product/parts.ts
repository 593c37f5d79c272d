// The program as it was built: parts beside its loader, each one script of many modules, of which one runs when something of it is needed.
import type { Script } from "node:vm";
import { keepCompiled, readCompiled, ROUNDS_MAX } from "./compiled-code.ts";

/** One part: a file, the hex SHA-256 that it had when it was built, and the numbers of its modules from `first` to before `next`. */
export type Part = {
  readonly name: string;
  readonly digest: string;
  readonly first: number;
  readonly next: number;
};

/** What the build tells a loader. */
export type Built = {
  readonly parts: readonly Part[];
  /** Numbers of the modules that are started. */
  readonly entries: Readonly<Record<string, number>>;
};

/** Kinds of processes, each of which uses other functions of the program: each command is one. */
export type Role = "hook" | "daemon" | "index" | "command" | `command-${string}`;

export type PartsOptions = {
  readonly built: Built;
  /** Folder of what was built, with a slash at the end. */
  readonly dist: string;
  readonly role: Role;
  /** Where compiled code is kept; undefined where none is. */
  readonly compiled: string | undefined;
  /** The folder in which modules take themselves to lie, with a slash at the end; `dist` when it is not given. */
  readonly address?: string;
  /** Told of each module that runs. */
  readonly ran?: (number: number) => void;
};

/** Gives what a module exports, running it when it has not run. */
export type Need = {
  (module: number): unknown;
  /** A module of node, or a package that somebody installed beside the product. */
  (name: string): unknown;
  /** The address of a module as if it lay by itself. */
  at(file: string): string;
};

export type Parts = {
  readonly need: Need;
  /** Reads parts and holds them to their digests before anything of them is needed. Throws as `need` does. */
  load(names: readonly string[]): void;
  /** Keeps what the engine compiled of the parts that were used, as long as that may be more than was kept. */
  keep(): void;
};

type Exported = Readonly<Record<string, unknown>>;
/** A module in a part. It gives all its values for when it has run; no module is asked for before that, since none leads to itself. */
type ModuleFunction = (
  need: Need,
  give: (values: () => Exported) => void,
  module: { exports?: unknown },
) => void;
type Loaded = {
  readonly part: Part;
  readonly script: Script;
  readonly modules: readonly ModuleFunction[];
  /** Of the compiled code that was taken; 0 when none was. */
  readonly rounds: number;
};

const builtin = process.getBuiltinModule;
const nothing = (): Exported => ({});

/** `code` of the error for a part that is missing or is not what was built. */
export const DAMAGED = "ERR_PROGRAM_DAMAGED";

/** Opens the program. Nothing is read before something is needed; a part that is missing or damaged is an error then. */
export function openParts(options: PartsOptions): Parts {
  const { built, dist, role, compiled, ran } = options;
  const loaded = new Map<Part, Loaded>();
  const made: unknown[] = [];
  const running = new Set<number>();
  let requireBeside: NodeJS.Require | undefined;
  const placeOf = ({ name, digest }: Part, folder: string) => ({
    folder,
    name: `${digest.slice(0, 16)}-${name}-${role}`,
  });

  const loadedPart = (part: Part): Loaded => {
    const known = loaded.get(part);
    if (known !== undefined) return known;
    const kept = compiled === undefined ? undefined : readCompiled(placeOf(part, compiled));
    // WHY Latin-1: it takes half the memory and time, and the build writes nothing outside of ASCII.
    const script = new (builtin("node:vm").Script)(readPart(dist, part).toString("latin1"), {
      filename: `${part.name}.cjs`,
      ...(kept === undefined ? {} : { cachedData: kept.code }),
    });
    const one = {
      part,
      script,
      modules: script.runInThisContext() as readonly ModuleFunction[],
      rounds: kept === undefined || script.cachedDataRejected === true ? 0 : kept.rounds,
    };
    loaded.set(part, one);
    return one;
  };

  const run = (number: number): unknown => {
    if (running.has(number)) throw new Error(`module ${number} of the program leads to itself`);
    const part = built.parts.find(({ next }) => number < next);
    const module = part && loadedPart(part).modules[number - part.first];
    if (module === undefined) throw new Error(`the program has no module ${number}`);
    ran?.(number);
    let exported = nothing;
    const own: { exports?: unknown } = {};
    running.add(number);
    try {
      module(
        need,
        (values) => {
          exported = values;
        },
        own,
      );
      // WHY at the end: the engine makes and reads plain values quicker than what it has to call for them.
      made[number] = own.exports ?? exported();
    } finally {
      running.delete(number);
    }
    return made[number];
  };

  const outside = (name: string): unknown => {
    // WHY first: the libraries are optional, and a resolver for them is made when one is wanted.
    const ofNode = builtin(name as "node:fs");
    if (ofNode !== undefined) return ofNode;
    requireBeside ??= builtin("node:module").createRequire(`${dist}surface/`);
    const library = requireBeside(name) as object;
    // As an import would have it, which gives the whole of it as the default.
    return Object.create(library, { default: { value: library, enumerable: true } }) as unknown;
  };

  const need = ((asked: number | string) =>
    typeof asked === "string" ? outside(asked) : (made[asked] ?? run(asked))) as Need;
  need.at = (file) => builtin("node:url").pathToFileURL(`${options.address ?? dist}${file}`).href;

  return {
    need,
    load: (names) => {
      for (const part of built.parts) if (names.includes(part.name)) loadedPart(part);
    },
    keep: () => {
      if (compiled === undefined) return;
      for (const { part, script, rounds } of loaded.values()) {
        if (rounds >= ROUNDS_MAX) continue;
        const code = script.createCachedData();
        keepCompiled(placeOf(part, compiled), { code, rounds: rounds + 1 });
      }
    },
  };
}

function readPart(dist: string, { name, digest }: Part): Buffer {
  const file = `${dist}parts/${name}.cjs`;
  try {
    const bytes = builtin("node:fs").readFileSync(file);
    const found = builtin("node:crypto").createHash("sha256").update(bytes).digest("hex");
    if (found === digest) return bytes;
  } catch {
    // Missing and damaged are repaired in the same way.
  }
  const damage = new Error(
    `the program is damaged: \`${file}\` is missing or changed; install sallyport again`,
  );
  throw Object.assign(damage, { code: DAMAGED });
}

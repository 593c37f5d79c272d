// What functions of many languages do, by the position of the argument that says to what.
import { isSecretVariable } from "#base/secret-variables.ts";
import {
  baseOf,
  hole,
  known,
  type Text,
  literal,
  textOf,
  type TextSet,
} from "../../../shell/values/text.ts";
import { isPlainAddress } from "../../network/read-only-requests.ts";
import type { Call, CallEffect } from "./language.ts";
import type { Observations } from "./observations.ts";
import { pathOf, textsOfValue, type Value } from "./value.ts";

function at(call: Call, position: number, name?: string): TextSet | undefined {
  return (call.args[position] ?? (name === undefined ? undefined : call.named.get(name)))?.texts;
}

/** Reads the file that an argument names. */
export function readsFile(position = 0, reach: "entry" | "tree" = "entry"): CallEffect {
  return (call, seen) => {
    const path = at(call, position);
    if (path !== undefined) seen.read(path, reach);
    return path !== undefined;
  };
}

/** Makes settings of the file that an argument names. What follows from them is not told. */
export const loadsFile: CallEffect = (call, seen) => {
  const path = at(call, 0, "dotenv_path") ?? call.named.get("path")?.texts;
  if (path !== undefined) seen.load(path);
  return false;
};

/** Writes the file that an argument names. */
export function writesFile(
  position = 0,
  mode: "create" | "append" | "change" = "create",
): CallEffect {
  return (call, seen) => {
    const path = at(call, position);
    if (path !== undefined) seen.write(path, mode);
    return path !== undefined;
  };
}

/** Deletes what an argument names. */
export function removes(reach: "entry" | "tree", position = 0): CallEffect {
  return (call, seen) => {
    const path = at(call, position);
    if (path !== undefined) seen.remove(path, reach);
    return path !== undefined;
  };
}

/** Deletes everything that the arguments name. */
export const removesAll: CallEffect = (call, seen) => {
  for (const { texts } of call.args) if (texts !== undefined) seen.remove(texts, "entry");
  return call.args.length > 0 && call.args.every(({ texts }) => texts !== undefined);
};

/**
 * From the first to the second argument; `moves` deletes the first. `where`: whether the second may be a directory that it
 * is put into, or is its name whatever is there.
 */
export function copies(
  how: "moves" | "copies",
  reach: "entry" | "tree" = "entry",
  where: "as-named" | "or-within" = "or-within",
): CallEffect {
  return (call, seen) => {
    const [from, to] = [at(call, 0, "src"), at(call, 1, "dst")];
    if (from !== undefined) {
      seen.read(from, reach);
      if (how === "moves") seen.remove(from, reach);
    }
    if (to !== undefined) {
      seen.write(to, "create", reach);
      if (where === "as-named") return from !== undefined;
      const inside = from?.flatMap(
        (path) => textsOfValue(pathOf([textsAs(to), textsAs([baseOf(path)])])) ?? [],
      );
      if (inside !== undefined && inside.length > 0) seen.writeWithin(to, inside, reach);
    }
    return from !== undefined && to !== undefined;
  };
}

function textsAs(texts: TextSet): Value {
  return { kind: "text", texts };
}

/** Makes the second argument lead to the first, which is seen from where the link stands. */
export const links: CallEffect = (call, seen) => {
  const [from, to] = [at(call, 0, "src"), at(call, 1, "dst")];
  if (to !== undefined) seen.link(from, to, "symbolic");
  return to !== undefined && from !== undefined;
};

/** A further name of a file: what the file holds can be read under it. */
export const hardLinks: CallEffect = (call, seen) => {
  const [from, to] = [at(call, 0, "src"), at(call, 1, "dst")];
  if (from !== undefined) seen.read(from);
  if (to !== undefined) seen.link(from, to, "hard");
  return to !== undefined && from !== undefined;
};

/** A shell runs an argument. */
export function runsShell(position = 0): CallEffect {
  return (call, seen) => {
    const text = at(call, position);
    if (text !== undefined) seen.shell(text);
    return text !== undefined && call.named.size === 0;
  };
}

/** Several arguments are a program and its words; a single one is for the shell. */
export const runsWordsOrShell: CallEffect = (call, seen) => {
  const [only, ...more] = call.args;
  const argv = call.args.flatMap((arg): readonly Text[] =>
    arg.texts?.length === 1 ? arg.texts : [],
  );
  const isWhole = argv.length === call.args.length && argv.length > 0;
  if (more.length === 0 && only?.value?.kind === "list") {
    for (const words of only.argvs ?? []) seen.run(words);
    return only.argvs !== undefined;
  }
  if (isWhole && more.length > 0) seen.run(argv);
  else if (only?.texts !== undefined && more.length === 0) seen.shell(only.texts);
  return isWhole || (only?.texts !== undefined && more.length === 0);
};

/** An argument is a URL that is reached. */
export function contacts(position = 0, scheme = "https"): CallEffect {
  return (call, seen) => {
    const urls = at(call, position, "url");
    for (const url of urls ?? known("")) seen.contact(url, scheme);
    return urls !== undefined;
  };
}

/** Named arguments that say how long to wait, and nothing to the host. */
const WAITING: ReadonlySet<string> = new Set(["timeout"]);

/** The first argument is a URL that is asked for; with no further word, nothing else is told to the host. */
export const asksFor: CallEffect = (call, seen) => {
  const urls = at(call, 0, "url");
  const [only, ...further] = call.args;
  const isPlain =
    only !== undefined &&
    further.length === 0 &&
    [...call.named.keys()].every((name) => WAITING.has(name)) &&
    urls?.every((url) => isPlainAddress(textOf(url) ?? "")) === true;
  if (!isPlain) return contacts()(call, seen);
  for (const url of urls) seen.ask(url);
  return true;
};

/** The environment is looked at: it may hold secrets. */
export const readsEnvironment: CallEffect = (_call, seen) => {
  seen.read("/proc/self/environ");
  return true;
};

/** Values that stand for paths, whose methods act on them: each method is taken to act on each path made. */
export function doingsOfPaths(spec: {
  readonly constructors: string;
  readonly reads: string;
  readonly writes: string;
  readonly deletes: string;
}): { readonly calls: Readonly<Record<string, CallEffect>>; readonly methods: readonly string[] } {
  const list = (text: string): readonly string[] => text.split(" ");
  const calls: Record<string, CallEffect> = {};
  const acts = {
    reads: list(spec.reads),
    writes: list(spec.writes),
    deletes: list(spec.deletes),
  };
  for (const name of list(spec.constructors)) {
    calls[name] = (call, seen) => {
      const paths = textsOfValue(
        call.args.length === 0 ? textsAs(known(".")) : pathOf(call.args.map(({ value }) => value)),
      );
      if (paths !== undefined) seen.makesPath(paths);
      return paths !== undefined;
    };
  }
  for (const method of new Set([...acts.reads, ...acts.writes, ...acts.deletes])) {
    calls[`.${method}`] = (call, seen) => {
      const act = {
        reads: acts.reads.includes(method),
        writes: acts.writes.includes(method),
        deletes: acts.deletes.includes(method),
      };
      const [target] = call.args;
      const leads =
        /^(rename|symlink_to|hardlink_to|link_to)$/.test(method) ||
        (method === "replace" && call.args.length === 1);
      // A text has a method of this name too.
      if (method === "replace" && !leads) return true;
      if (leads) {
        if (target?.texts === undefined) return false;
        seen.write(target.texts, "create");
        if (/^(?:hardlink_to|link_to)$/.test(method)) seen.read(target.texts);
        const own = textsOfValue(call.receiver);
        if (method === "link_to") seen.link(own, target.texts, "hard");
        else if (method !== "rename" && method !== "replace" && own !== undefined)
          seen.link(target.texts, own, method === "symlink_to" ? "symbolic" : "hard");
      }
      const path = textsOfValue(call.receiver);
      if (path === undefined) {
        seen.actsOnPaths(act);
        return false;
      } else {
        const given = target ?? call.named.get("mode");
        const mode = method === "open" ? (given === undefined ? "r" : given.text) : undefined;
        const opensOnly = method === "open" && mode !== undefined;
        if (act.reads && (!opensOnly || /r|\+/.test(mode))) seen.read(path);
        if (act.writes && (!opensOnly || /[wax+]/.test(mode))) seen.write(path, "change");
        if (act.deletes) seen.remove(path, "entry");
      }
      return true;
    };
  }
  return { calls, methods: ["exists", "is_symlink", "stat", "stem", "suffix", "as_posix"] };
}

/** One variable of the environment: no more than the shell would give, unless its name says that it is a secret. */
export const readsVariable: CallEffect = (call, seen) => {
  seesVariable(call.args[0]?.text, seen);
  return true;
};

/** Notes that a variable of this name is looked at; undefined: some variable. */
export function seesVariable(name: string | undefined, seen: Observations): void {
  if (name === undefined || isSecretVariable(name)) seen.variable();
}

/** Ends a process by its number: which one cannot be told, unless the program asked for it by name. */
export const kills: CallEffect = (_call, seen) => {
  seen.kills();
  return true;
};

/** Makes a file or directory with a made-up name where the system keeps such. */
export const makesScratch: CallEffect = (call, seen) => {
  const named = (name: string): string | undefined => {
    const given = call.named.get(name);
    return given === undefined ? "" : textOf(given.texts?.[0] ?? []);
  };
  const directory = named("dir") ?? "";
  const [before, after] = [named("prefix"), named("suffix")];
  const anything = hole("dynamic-path", { like: "*", splits: false });
  const made = hole("dynamic-path", { like: "????????", splits: false, made: true });
  seen.write(
    [
      [
        ...literal(`${directory || "/tmp"}/`),
        ...(before === undefined ? [anything] : literal(before || "tmp")),
        made,
        ...(after === undefined ? [anything] : literal(after)),
      ],
    ],
    "create",
  );
  return call.args.length === 0 && ![...call.named.keys()].includes("dir");
};

/** Changes the permissions of a file; a mode with more than read, write and execute is what it is for `chmod`. */
export function changesMode(modeAt: number, firstPath: number): CallEffect {
  return (call, seen) => {
    const [only, ...more] = call.args[modeAt]?.tokens ?? [];
    const digits =
      more.length === 0 && only !== undefined && "text" in only
        ? /^(?:0[oO]?)?([0-7]{1,4})$/.exec(only.text ?? "")?.[1]
        : undefined;
    const paths = call.args.slice(firstPath).filter((_, at) => at + firstPath !== modeAt);
    for (const { texts } of paths) {
      if (texts === undefined) continue;
      if (digits === undefined) seen.write(texts, "change");
      else for (const path of texts) seen.run(["chmod", digits, path]);
    }
    return digits !== undefined && paths.every(({ texts }) => texts !== undefined);
  };
}

/** Takes the rights of another user. */
export const takesRights: CallEffect = (_call, seen) => {
  seen.add({ kind: "effect", effect: { kind: "privilege", means: "setuid", user: undefined } });
  return true;
};

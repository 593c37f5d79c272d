// What functions of many languages do, by the position of the argument that says to what.
import type { Argument, Call, Doing } from "./program.ts";

function at(call: Call, position: number, name?: string): string | undefined {
  return (call.args[position] ?? (name === undefined ? undefined : call.named.get(name)))?.text;
}

/** Reads the file that an argument names. */
export function readsFile(position = 0, reach: "entry" | "tree" = "entry"): Doing {
  return (call, seen) => {
    const path = at(call, position);
    if (path !== undefined) seen.read(path, reach);
    return path !== undefined;
  };
}

/** Writes the file that an argument names. */
export function writesFile(position = 0, mode: "create" | "append" | "change" = "create"): Doing {
  return (call, seen) => {
    const path = at(call, position);
    if (path !== undefined) seen.write(path, mode);
    return path !== undefined;
  };
}

/** Deletes what an argument names. */
export function removes(reach: "entry" | "tree", position = 0): Doing {
  return (call, seen) => {
    const path = at(call, position);
    if (path !== undefined) seen.remove(path, reach);
    return path !== undefined;
  };
}

/** Deletes everything that the arguments name. */
export const removesAll: Doing = (call, seen) => {
  for (const arg of call.args) for (const path of textsOf(arg)) seen.remove(path, "entry");
  return (
    call.args.length > 0 &&
    call.args.every((arg) => arg.text !== undefined || arg.list !== undefined)
  );
};

function textsOf(arg: Argument): readonly string[] {
  return arg.text === undefined ? (arg.list ?? []) : [arg.text];
}

/** From the first to the second argument; `moves` deletes the first. The second may be a directory. */
export function copies(how: "moves" | "copies", reach: "entry" | "tree" = "entry"): Doing {
  return (call, seen) => {
    const [from, to] = [at(call, 0), at(call, 1)];
    if (from !== undefined) {
      seen.read(from, reach);
      if (how === "moves") seen.remove(from, reach);
    }
    if (to !== undefined) {
      seen.write(to, "create", reach);
      const base = from?.replace(/\/+$/, "").split("/").pop();
      if (base !== undefined && base !== "") seen.write(`${to}/${base}`, "create", reach);
    }
    return from !== undefined && to !== undefined;
  };
}

/** Makes the second argument lead to the first. */
export const links: Doing = (call, seen) => {
  const to = at(call, 1);
  if (to !== undefined) seen.write(to, "create");
  return to !== undefined && at(call, 0) !== undefined;
};

/** A shell runs an argument. */
export function runsShell(position = 0): Doing {
  return (call, seen) => {
    const text = at(call, position);
    if (text !== undefined) seen.shell(text);
    return text !== undefined && call.named.size === 0;
  };
}

/** Several arguments are a program and its words; a single one is for the shell. */
export const runsWordsOrShell: Doing = (call, seen) => {
  const texts = call.args.map((arg) => arg.text);
  const known = texts.filter((text) => text !== undefined);
  const [only] = known;
  if (known.length === texts.length && texts.length > 1) seen.run(known);
  else if (only !== undefined && texts.length === 1) seen.shell(only);
  return known.length === texts.length && known.length > 0;
};

/** An argument is a URL that is reached. */
export function contacts(position = 0, scheme = "https"): Doing {
  return (call, seen) => {
    const url = at(call, position, "url");
    seen.contact(url ?? "", scheme);
    return url !== undefined;
  };
}

/** The environment is looked at: it may hold secrets. */
export const readsEnvironment: Doing = (_call, seen) => {
  seen.read("/proc/self/environ");
  return true;
};

/** Values that stand for paths, whose methods act on them: each method is taken to act on each path made. */
export function doingsOfPaths(spec: {
  readonly constructors: string;
  readonly reads: string;
  readonly writes: string;
  readonly deletes: string;
}): { readonly calls: Readonly<Record<string, Doing>>; readonly methods: readonly string[] } {
  const list = (text: string): readonly string[] => text.split(" ");
  const calls: Record<string, Doing> = {};
  for (const name of list(spec.constructors)) {
    calls[name] = (call, seen) => {
      const parts = call.args.map((arg) => arg.text);
      if (parts.some((part) => part === undefined)) return false;
      seen.makesPath(parts.length === 0 ? "." : parts.join("/"));
      return true;
    };
  }
  for (const method of new Set([
    ...list(spec.reads),
    ...list(spec.writes),
    ...list(spec.deletes),
  ])) {
    calls[`.${method}`] = (call, seen) => {
      const acts = {
        reads: list(spec.reads),
        writes: list(spec.writes),
        deletes: list(spec.deletes),
      };
      seen.actsOnPaths({
        reads: acts.reads.includes(method),
        writes: acts.writes.includes(method),
        deletes: acts.deletes.includes(method),
      });
      const [target] = call.args;
      if (
        /^(rename|symlink_to|hardlink_to|link_to)$/.test(method) ||
        (method === "replace" && call.args.length === 1)
      ) {
        if (target?.text === undefined) return false;
        seen.write(target.text, "create");
      }
      return true;
    };
  }
  return { calls, methods: ["exists", "is_symlink", "stat", "stem", "suffix", "as_posix"] };
}

/** One variable of the environment, by its name, is no more than the shell would give. */
export const readsVariable: Doing = (call, seen) => {
  if (at(call, 0) === undefined) seen.read("/proc/self/environ");
  return true;
};

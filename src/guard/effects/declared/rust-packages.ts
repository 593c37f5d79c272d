// cargo: crates that come because a manifest of the project names them.
import { joinPath, parentPath } from "#base/path.ts";
import { readToml } from "../languages/formats/toml.ts";
import { entriesOf, itemsOf, type Outline, valueAt } from "../languages/formats/yaml.ts";
import type { LookedAt } from "./looked-at.ts";
import { type Grammar, NUMBER, PATH, readWords, valuesOf } from "./words.ts";

/** Files of a project by which cargo runs other programs than its own, even where it only brings. */
export const CHOOSES_PROGRAMS = [
  ".cargo/config.toml",
  ".cargo/config",
  "rust-toolchain.toml",
  "rust-toolchain",
] as const;

const SPEC = /^[\w-]+(?:[@:][\w.+-]+)?$/;
const VERSION = /^[\w.+-]+$/;
const GRAMMAR: Grammar = {
  flags:
    /^--(?:locked|offline|frozen|quiet|verbose|aggressive|recursive|workspace|dry-run|breaking|no-delete|versioned-dirs|dev|build|optional|no-optional|default-features|no-default-features)$/,
  letters: "qvwn",
  valued: {
    "-p": SPEC,
    "--package": SPEC,
    "--precise": VERSION,
    "--target": /^[\w.-]+$/,
    "--manifest-path": PATH,
    "--color": /^\w+$/,
    "--features": /^[\w ,/-]+$/,
    "-F": /^[\w ,/-]+$/,
    "-j": NUMBER,
  },
};

/** Files by which cargo is told what to bring, in any directory. */
export const RUST_FILES =
  /(?:^|\/)(?:Cargo\.(?:toml|lock)|\.cargo\/config(?:\.toml)?|rust-toolchain(?:\.toml)?)$/i;
const TABLES = ["dependencies", "dev-dependencies", "build-dependencies"];
/** Keys by which a crate is asked for elsewhere. */
const ELSEWHERE = /^(?:git|branch|tag|rev|registry|registry-index|base)$/;
const MEMBERS = /^[\w.-]+(?:\/(?:[\w.-]+|\*))*$/;

type Crate = {
  readonly names: ReadonlySet<string>;
  readonly isPlain: boolean;
  readonly hasLocals: boolean;
  readonly members: readonly string[];
};

function readManifest(text: string, directory: string, looked: LookedAt): Crate {
  const file = readToml(text);
  const names = new Set<string>();
  let isPlain = true;
  let hasLocals = false;
  const targets = entriesOf(valueAt(file, "target")).map(([, one]) => one);
  const tables: readonly Outline[] = [
    ...[file, ...targets].flatMap((one) => TABLES.map((key) => valueAt(one, key))),
    valueAt(file, "workspace", "dependencies"),
  ];
  const patches = entriesOf(valueAt(file, "patch")).map(([, one]) => one);
  for (const [at, table] of [...tables, ...patches, valueAt(file, "replace")].entries())
    for (const [name, said] of entriesOf(table)) {
      const keys = entriesOf(said).map(([key]) => key);
      if (keys.some((key) => ELSEWHERE.test(key))) isPlain = false;
      const path = valueAt(said, "path");
      if (path !== undefined) {
        hasLocals = true;
        if (typeof path !== "string" || looked.inProject(directory, path) === undefined)
          isPlain = false;
      } else if (at < tables.length && !keys.includes("package")) names.add(name);
    }
  const members = itemsOf(valueAt(file, "workspace", "members")).flatMap((one) =>
    typeof one === "string" ? [one.replace(/^\.\//, "").replace(/\/$/, "")] : [],
  );
  const isSpace = valueAt(file, "workspace") !== undefined;
  return { names, isPlain, hasLocals: hasLocals || isSpace, members };
}

/** Whether all that a call of cargo brings is named by manifests of the project. */
export function declaredByCargo(
  words: readonly string[],
  directory: string,
  looked: LookedAt,
): boolean {
  const told = readWords(words, GRAMMAR);
  if (told === undefined) return false;
  const [verb = "", ...operands] = told.operands;
  const [named, ...others] = valuesOf(told, "--manifest-path");
  const place =
    named === undefined
      ? directory
      : looked.inProject(directory, parentPath(joinPath(directory, named)));
  if (
    place === undefined ||
    others.length > 0 ||
    !/^(?:fetch|update|generate-lockfile|vendor|add)$/.test(verb)
  )
    return false;
  const folders = looked.upwards(place);
  const seen = folders.map((one) => looked.read(joinPath(one, "Cargo.toml")));
  const rest = ["Cargo.lock", ...CHOOSES_PROGRAMS];
  const isSettled = looked.areUntouched(folders, rest);
  const crates = seen.map((one, at) =>
    one === undefined || one === "missing"
      ? one
      : readManifest(one.text, folders[at] ?? "/", looked),
  );
  const nearest = crates.find((one) => one !== "missing");
  if (!isSettled || nearest === undefined) return false;
  let isDeep = false;
  for (const [at, crate] of crates.entries()) {
    if (crate === "missing") continue;
    if (crate?.isPlain !== true || !areMembersPlain(folders[at] ?? "/", crate.members, looked))
      return false;
    isDeep ||= crate.hasLocals;
  }
  if (looked.mayHaveWritten(RUST_FILES, isDeep ? looked.root : place, isDeep)) return false;
  return isPlainFor(verb, operands, { names: nearest.names, looked, directory });
}

function isPlainFor(
  verb: string,
  operands: readonly string[],
  {
    names,
    looked,
    directory,
  }: { readonly names: ReadonlySet<string>; readonly looked: LookedAt; readonly directory: string },
): boolean {
  switch (verb) {
    // What is locked and not named there fails, whatever it is.
    case "update":
      return operands.every((one) => SPEC.test(one));
    case "add":
      return (
        operands.length > 0 &&
        operands.every((one) => names.has(one.replace(/@[\w.^~<>=*+-]+$/, "")))
      );
    case "vendor":
      return (
        operands.length <= 1 &&
        operands.every((one) => looked.inProject(directory, one) !== undefined)
      );
    default:
      return operands.length === 0;
  }
}

function areMembersPlain(directory: string, members: readonly string[], looked: LookedAt): boolean {
  const found = members
    .filter((one) => MEMBERS.test(one))
    .map((one) => looked.matching(directory, `${one}/Cargo.toml`));
  if (found.includes(undefined)) return false;
  return [...new Set(found.flatMap((one) => one ?? []))]
    .map((path) => [path, looked.read(path)] as const)
    .every(
      ([path, seen]) =>
        seen !== undefined &&
        seen !== "missing" &&
        readManifest(seen.text, parentPath(path), looked).isPlain,
    );
}

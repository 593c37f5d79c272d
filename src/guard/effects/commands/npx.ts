// npx and its relatives: run a program of a package, which is fetched when it is not there.
import { literal, type Text, textOf } from "../../shell/values/text.ts";
import { type Consequence, command, type ModelContext } from "../model/command-model.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, taking } from "../model/option-list.ts";
import type { CodeOrigin } from "../../vocabulary/effect.ts";
import { isCodeAddress } from "../programs/interpreters.ts";
import { runsFetched } from "../network/package-source.ts";
import { runsFrom, runsInside } from "../projects/project-scripts.ts";
import { effect, namedFiles } from "../model/verbs.ts";
import { isOwnPackage, ownCommand } from "./sallyport.ts";

export const npx = command({
  names: ["npx", "bunx", "pnpx"],
  optionsEnd: "first-operand",
  options: {
    about: flags("--version --help -h -v"),
    package: taking("p", "--package"),
    place: taking("w", "--workspace --prefix --registry --node-options"),
    code: taking("c", "--call"),
    local: flags("--no --no-install"),
    style: flags(
      "yq",
      "--yes --quiet --ignore-existing --bun --offline --prefer-offline --prefer-online --silent",
    ),
  },
  effects: ({ operands, values: valuesOf, has, name }, context) => {
    if (operands.length === 0 && !has("code")) return [];
    return [
      ...runsPackage(name, operands, valuesOf("package"), context, has("local")),
      ...valuesOf("code").flatMap((text) => shellRuns([text])),
      ...namedFiles(operands, context),
    ];
  },
});

/**
 * A program of a package runs: the one that the project has installed, or one that is fetched first. `argv` are its name
 * and words, `packages` are named by options; `isLocal`: nothing is fetched.
 */
export function runsPackage(
  manager: string,
  argv: readonly Text[],
  packages: readonly Text[],
  context: ModelContext,
  isLocal = false,
): readonly Consequence[] {
  const named = packages.length > 0 ? packages : argv.slice(0, 1);
  const names = named.map((word) => textOf(word) ?? "?");
  const [program = names[0] ?? "?"] = argv.slice(0, 1).map((word) => textOf(word) ?? "?");
  const isOwn = [program, ...names].some(isOwnPackage);
  const installed = packages.length === 0 ? installedOrigin(program, context) : undefined;
  // WHY these alone: `pnpm dlx -c` takes a package, and runs it in a shell.
  const isOnlyShell = named.length === 0 && /^np[mx]$/.test(manager);
  const fetched = named.flatMap((word) => {
    const text = textOf(word) ?? "";
    if (isCodeAddress(text)) return [word];
    return isRepository(word, context) ? [literal(`github:${text}`)] : [];
  });
  return [
    ...(isOwn ? ownCommand(argv.slice(1)) : []),
    ...(isLocal || isOnlyShell || installed !== undefined
      ? []
      : [effect<"install">({ kind: "install", manager, packages: names, runsScripts: true })]),
    ...runsFetched(manager, fetched),
    runsFrom(program, installed),
    ...(fetched.length > 0 ? [] : runsInside(argv)),
  ];
}

/** Folders above in which a project's programs are looked for. */
const FOLDERS_ABOVE_MAX = 6;

/** Where the program that the project has installed comes from; undefined when it has none, so that it would be fetched. */
function installedOrigin(program: string, context: ModelContext): CodeOrigin | undefined {
  if (!/^[\w.-]{1,100}$/.test(program)) return undefined;
  for (let above = 0; above < FOLDERS_ABOVE_MAX; above += 1) {
    const path = literal(`${"../".repeat(above)}node_modules/.bin/${program}`);
    if (context.isFile(path)) return context.codeAt(path)?.origin;
  }
  return undefined;
}

/** `owner/repository` stands for one on GitHub, where no folder is meant. */
function isRepository(word: Text, context: ModelContext): boolean {
  const text = textOf(word);
  return (
    text !== undefined &&
    /^[\w-][\w.-]*\/[\w.-]+(?:#.*)?$/.test(text) &&
    !context.isDirectory(word) &&
    !context.isFile(word)
  );
}

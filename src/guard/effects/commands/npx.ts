// npx and its relatives: run a program of a package, which is fetched when it is not there.
import { command } from "../command-model.ts";
import { flags, values } from "../option-lists.ts";
import { effect, namedFiles } from "../verbs.ts";
import { textOf } from "../../shell/text.ts";
import { isCodeAddress } from "../interpreters.ts";
import { shellRuns } from "../languages/shell-code.ts";
import { isOwnPackage, ownCommand } from "./sallyport.ts";

export const npx = command({
  names: ["npx", "bunx", "pnpx"],
  optionsEnd: "first-operand",
  options: {
    about: flags("", "--version --help -h -v"),
    package: values("pw", "--package --workspace --prefix --registry --node-options"),
    code: values("c", "--call"),
    style: flags("yq", "--yes --no --no-install --quiet --ignore-existing --bun"),
  },
  effects: ({ operands, values: valuesOf, has, name }, context) => {
    if (operands.length === 0 && !has("code")) return [];
    const packages = [...valuesOf("package"), ...operands.slice(0, 1)].map(
      (word) => textOf(word) ?? "?",
    );
    // WHY a name with a slash and no scope: it means a repository of that host's, as `github:` does.
    const isFetched = packages.some(
      (name) => isCodeAddress(name) || /^[A-Za-z0-9][\w-]*\/[\w.-]+(?:#.*)?$/.test(name),
    );
    const isOwn = isOwnPackage(textOf(operands[0] ?? []) ?? "");
    return [
      ...(isOwn ? ownCommand(operands.slice(1)) : []),
      effect<"install">({ kind: "install", manager: name, packages, runsScripts: true }),
      effect<"execute">({
        kind: "execute",
        program: packages[0],
        origin: isFetched ? "download" : "project",
        reach: "unbounded",
      }),
      ...valuesOf("code").flatMap((text) => shellRuns([text])),
      ...namedFiles(operands, context),
    ];
  },
});

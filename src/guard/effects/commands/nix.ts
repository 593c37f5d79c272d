// nix and its older programs: packages that are built from descriptions of the project or of others, and what runs with them.
import { type Text, textOf } from "../../shell/values/text.ts";
import type { CommandModel, Consequence } from "../model/command-model.ts";
import { shellRuns } from "../model/shell-code.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { runsFetched } from "../network/package-source.ts";
import { runsFrom, runsInside } from "../projects/project-scripts.ts";
import {
  both,
  deploys,
  effect,
  installs,
  readOnlyVerb,
  talksTo,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const LISTING = [
  flags(
    "lLv",
    "--json --long --recursive --all --help --size --closure-size --legacy --derivation --store",
  ),
  taking("--option"),
];

/** Code of the project, or of the address that is named, is built and runs. */
const builds: Verb = {
  effects: ({ name, words }) => {
    const fetched = runsFetched(name, words);
    return fetched.length > 0 ? fetched : [runsFrom(name)];
  },
};

/** A program runs in an environment that is built first. */
const runsWith: Verb = both(builds, {
  effects: ({ words }) => {
    const at = words.findIndex((word) => /^(?:-c|--command)$/.test(textOf(word) ?? ""));
    return at < 0 ? [] : runsInside(words.slice(at + 1));
  },
});

const model = verbModel({
  names: ["nix"],
  options: {
    about: flags("--version --help"),
    style: flags(
      "qvL",
      "--quiet --verbose --offline --refresh --debug --print-build-logs --impure --accept-flake-config",
    ),
    named: taking(
      "--extra-experimental-features --experimental-features --log-format -j --max-jobs --store",
    ),
  },
  table: verbs(
    [
      "path-info,store ls,store cat,store diff-closures,store ping,store verify,why-depends,derivation show,config show,show-config,help,hash file,hash path,hash to-sri,hash convert,profile list,profile history,registry list,key convert-secret-to-public,nar ls,nar cat,print-dev-env --help,daemon --version",
      readOnlyVerb(...LISTING),
    ],
    [
      "search,flake metadata,flake info,flake show,flake list-inputs",
      both(talksTo(undefined), builds),
    ],
    ["shell,develop,run,print-dev-env", runsWith],
    ["build,eval,repl,bundle,flake check,flake init,flake new,fmt,edit,log", builds],
    [
      "profile install,profile add,profile upgrade,flake update,flake lock,upgrade-nix,flake clone,flake archive",
      both(installs(), builds),
    ],
    [
      "profile remove,profile rollback,profile wipe-history,store gc,store delete,store optimise,store repair,copy,registry add,registry pin,registry remove",
      deploys("nix store"),
    ],
  ),
  otherwise: builds,
});

/** `nix-shell --run 'make' -p gcc`: shell text that runs inside. */
function older(name: string, args: readonly Text[]): readonly Consequence[] {
  const words = args.map((word) => textOf(word));
  if (words.length === 1 && /^(?:--version|--help)$/.test(words[0] ?? "")) return [];
  if (
    name === "nix-env" &&
    words.some((word) => /^(?:-q[a-zA-Z]*|--query|--list-generations)$/.test(word ?? ""))
  )
    return [];
  if (
    name === "nix-env" &&
    words.some((word) => /^(?:-e|--uninstall|--rollback|--switch-.*|--delete-.*)$/.test(word ?? ""))
  )
    return [effect<"deploy">({ kind: "deploy", system: "machine", operation: "remove-packages" })];
  const fetched = runsFetched(name, args);
  const brings = words.some((word) =>
    /^(?:-p|--packages|-i|-iA|-u|--install|--upgrade)$/.test(word ?? ""),
  );
  return [
    ...(fetched.length > 0 ? fetched : [runsFrom(name)]),
    ...(brings
      ? [
          {
            kind: "effect",
            effect: {
              kind: "install",
              manager: "nix",
              packages: words
                .flatMap((word) => (word === undefined || word.startsWith("-") ? [] : [word]))
                .slice(0, 64),
              runsScripts: true,
            },
          } as const,
        ]
      : []),
    ...optionValues(args, "--run", "--command").flatMap((text) => shellRuns([text])),
  ];
}

export const nix: CommandModel = {
  ...model,
  names: ["nix", "nix-shell", "nix-build", "nix-instantiate", "nix-env", "guix"],
  effects: (invocation, context) =>
    invocation.name === "nix"
      ? model.effects(invocation, context)
      : older(invocation.name, invocation.args),
};

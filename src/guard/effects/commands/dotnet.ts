// dotnet, swift, stack and cabal: builds that run code of the project, and packages that come and go out.
import { literal, textOf } from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { deletes, writes } from "../model/consequences.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { liveDatabase } from "../services/shared-database.ts";
import { flags, taking } from "../model/option-list.ts";
import { writesElsewhere } from "../model/output-options.ts";
import { asksRegistry } from "../packages/registry-queries.ts";
import {
  type VerbCall,
  both,
  installs,
  publishes,
  readOnlyVerb,
  runsCode,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const LISTING = [
  flags("qvhla", "--help --quiet --verbose --json --all --version --outdated --deprecated"),
  taking("--format --framework --project"),
];

/** `dotnet ef database drop`, `dotnet ef database update`: what becomes of the database. */
function entityFramework(call: VerbCall, context: ModelContext): readonly Consequence[] {
  const [noun, verb, target] = call.operands.map((word) => textOf(word));
  if (noun !== "database") return [];
  const isDry = call.has("--dry-run");
  const isGone = !isDry && (verb === "drop" || (verb === "update" && target === "0"));
  return [...(isGone ? databaseEffect("destroys") : []), ...liveDatabase(call.words, context)];
}

/** Asks what versions of packages there are; `list package` alone only reads what was restored. */
const asksForPackages = asksRegistry({
  variables: ["HEX_MIRROR", "HEX_API_URL", "NUGET_PACKAGES"],
  settings: [
    ...["nuget.config", "NuGet.config", "NuGet.Config"].map((file) => ({ file, names: /./s })),
    { file: "mix.exs", names: /\b(?:repo|organization|git|path)\s*:/ },
  ],
});

export const dotnet = verbModel({
  names: ["dotnet", "swift", "stack", "cabal"],
  options: {
    about: flags("Vvh", "--version --help --info --list-sdks --list-runtimes"),
    place: taking("C", "--color"),
  },
  table: verbs(
    [
      "install,add,update,fetch,restore,deps.get,deps.update,local.hex,archive.install,tool install,workload install,package update,package resolve",
      installs(),
    ],
    [
      "build,run,test,bench,check,clean,exec,ghci,repl,compile,watch,script,deps.compile,ecto.migrate,phx.server,credo,dialyzer,haddock,package",
      runsCode(),
    ],
    ["ef", both(runsCode(), { effects: entityFramework })],
    [
      "publish",
      {
        effects: (call, context) => [
          ...runsCode().effects(call, context),
          ...writesElsewhere(call.words),
          // .NET puts what was built into a folder, unless a profile says where it goes.
          ...(call.name !== "dotnet" ||
          call.words.some((word) =>
            /PublishProfile|PublishContainer|WebPublish/i.test(textOf(word) ?? "PublishProfile"),
          )
            ? publishes("package", undefined).effects(call, context)
            : []),
        ],
      },
    ],
    [
      "upload,package-registry publish,nuget push,nuget delete,hex.publish,hex.retire,hex.owner",
      both(publishes("package", undefined), runsCode()),
    ],
    ["search,outdated,list package,hex.outdated,hex.info,hex.audit", asksForPackages],
    ["version,help,list,sln list,tool list,path,deps,deps.tree,xref", readOnlyVerb(...LISTING)],
    [
      "format",
      {
        options: [
          flags(
            "f",
            "--check-formatted --verify-no-changes --dry-run --no-restore --include-generated --folder",
          ),
          taking(
            "v",
            "--verbosity --severity --diagnostics --exclude-diagnostics --include --exclude",
          ),
        ],
        effects: (call, context) => runsCode().effects(call, context),
      },
    ],
    [
      "new,init",
      {
        effects: ({ operands }) => [
          writes(operands.at(-1) ?? literal("."), "create", { reach: "tree" }),
        ],
      },
    ],
    ["remove", { effects: () => [deletes(literal("obj"), "tree")] }],
    ["nuget,tool,hex.build", runsCode()],
  ),
  otherwise: runsCode(),
});

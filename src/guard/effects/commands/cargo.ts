// cargo: builds and tests of the project, crates that come and go out, formatting of its files.
import { joinPath } from "#base/path.ts";
import { literal, textOf } from "../../shell/values/text.ts";
import { LookedAt } from "../declared/looked-at.ts";
import { CHOOSES_PROGRAMS } from "../declared/rust-packages.ts";
import type { CommandModel, Consequence } from "../model/command-model.ts";
import { deletes, reads, writes } from "../model/consequences.ts";
import { flags, taking } from "../model/option-list.ts";
import { asksRegistry } from "../packages/registry-queries.ts";
import { runsFetched } from "../network/package-source.ts";
import { writesElsewhere } from "../model/output-options.ts";
import { published } from "../projects/releases.ts";
import { sourcesBelow } from "../paths/source-trees.ts";
import {
  both,
  fetches,
  installs,
  readOnlyVerb,
  publishes,
  runsCode,
  talksTo,
  type Verb,
  type VerbCall,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const LISTING = [
  flags(
    "qvhlamudi",
    "--help --quiet --verbose --json --all --locked --offline --frozen --no-deps --duplicates --all-features --no-default-features --version --workspace --no-dedupe",
  ),
  taking(
    "epFf",
    "--edges --package --features --format --format-version --manifest-path --color --target --invert --prefix --depth --message-format --filter-platform --charset --prune --exclude",
  ),
];

/** rustfmt gets the words after `--`; with `--check` it only compares. */
const formats: Verb = {
  options: [
    flags("nxqv", "--all --check --verbose --quiet"),
    taking("p", "--package --manifest-path --message-format"),
  ],
  effects: (call, context) => [
    ...sourcesBelow(literal("."), "rs", context).map((path) => reads(path)),
    ...(call.has("--check", "-l")
      ? []
      : sourcesBelow(literal("."), "rs", context).map((path) => writes(path, "change"))),
    ...call.operands.flatMap((word): readonly Consequence[] =>
      /^(?:--(?:check|edition.*|verbose|quiet|color.*|unstable-features)|-l|-v|-q|[\w./-]+|--config(?:=.*)?|[\w=,]+)$/.test(
        textOf(word) ?? "?",
      )
        ? []
        : [
            {
              kind: "unknown",
              reason: "unknown-option",
              detail: "an option of `rustfmt` that sallyport does not know",
            },
          ],
    ),
  ],
};

const cleans: Verb = {
  options: [
    flags(
      "qvrn",
      "--release --doc --quiet --verbose --locked --offline --frozen --dry-run --workspace",
    ),
    taking("p", "--package --manifest-path --target --profile --color"),
  ],
  effects: (call, context) =>
    call.has("--dry-run", "-n")
      ? readOnlyVerb().effects(call, context)
      : [deletes(literal("target"), "tree")],
};

/** Crates from a repository come straight from the network. */
const comes: Verb = both(installs(), {
  effects: ({ name, words }) =>
    runsFetched(
      name,
      words.filter((word, at) => /^--git$/.test(textOf(words[at - 1] ?? []) ?? "")),
    ).filter(({ kind }) => kind === "effect"),
});

const INSTALL_OPTIONS = [
  taking("--root"),
  taking(
    "jFZ",
    "--path --version --vers --git --branch --tag --rev --bin --example --features --profile --target --target-dir --index --registry --color --config --jobs --message-format",
  ),
];

/** With `--path` a crate of this machine is built, and its programs put below the root (`cargo help install`). */
const installsPrograms: Verb = {
  among: INSTALL_OPTIONS,
  effects: (call, context) => {
    if (!call.has("--path")) return comes.effects(call, context);
    const named = call.values("--root");
    const roots = named.length > 0 ? named : context.variable("CARGO_INSTALL_ROOT");
    const places = (roots ?? [literal(`${context.home}/.cargo`)]).flatMap((root) => [
      writes([...root, ...literal("/bin")], "create", { reach: "tree" }),
      ...[".crates.toml", ".crates2.json"].map((name) =>
        writes([...root, ...literal(`/${name}`)], "change"),
      ),
    ]);
    return [...runsCode().effects(call, context), ...places];
  },
};

/** Brings crates and builds none. WHY not where the project may choose the compiler: cargo asks it what it is. */
const brings: Verb = {
  effects: (call, context) => {
    const { directory } = context;
    const folders = directory === undefined ? [] : new LookedAt(context).upwards(directory);
    const isPlain =
      folders.length > 0 &&
      !call.has("--manifest-path", "--config", "-Z", "-C") &&
      folders.every((folder) =>
        CHOOSES_PROGRAMS.every((name) => context.isMissing(literal(joinPath(folder, name)))),
      );
    return (isPlain ? fetches : comes).effects(call, context);
  },
};

const REGISTRY_VARIABLES = ["CARGO_REGISTRY_DEFAULT", "CARGO_REGISTRIES_CRATES_IO_PROTOCOL"];
const REGISTRY_SETTINGS = { file: ".cargo/config.toml", names: /registr|replace-with|\[source/ };

/** Asks what newer versions there are of what the manifest names; a repository that it names is fetched from where it says. */
const asksForOutdated = asksRegistry({
  variables: REGISTRY_VARIABLES,
  settings: [
    REGISTRY_SETTINGS,
    { file: ".cargo/config", names: /./s },
    {
      file: "Cargo.toml",
      names: /\b(?:git|path|registry|registry-index|members)\s*=/,
      isNeeded: true,
    },
  ],
});

/** Fetches the list of what is known to be broken and compares it with the lock file here. */
const asksForAdvisories: Verb = {
  effects: (call, context) => {
    const words = call.words.map((word) => textOf(word) ?? "?");
    // Another list may be named; `fix` changes the manifest.
    const isOther = words.some((word) => /^(?:-u|--url|--db|fix|bin|\?)/.test(word));
    return (isOther ? both(talksTo(undefined), runsCode()) : asksForOutdated).effects(
      call,
      context,
    );
  },
};

const model = verbModel({
  names: ["cargo"],
  options: {
    about: flags("Vvhq", "--version --help --list --quiet --verbose --offline --locked --frozen"),
    place: taking("C", "--color --config -Z"),
    explain: taking("--explain"),
  },
  // `--config` may name a program that compiles in the place of the compiler.
  before: ({ args }) =>
    args.some((word) => /^--config(?:=|$)/.test(textOf(word) ?? ""))
      ? [
          {
            kind: "effect",
            effect: {
              kind: "execute",
              program: "cargo --config",
              origin: "inline",
              reach: "unbounded",
            },
          },
        ]
      : [],
  table: verbs(
    ["fetch,update,generate-lockfile", brings],
    ["install", installsPrograms],
    ["add,vendor,upgrade,binstall", comes],
    [
      "build,b,run,r,test,t,bench,check,c,clippy,doc,d,rustc,rustdoc,fix,miri,nextest,expand,package,llvm-cov",
      runsCode(),
    ],
    ["publish,yank,owner,release,dist", both(publishes("package", undefined), runsCode())],
    ["search,info", asksRegistry({ variables: REGISTRY_VARIABLES, settings: [REGISTRY_SETTINGS] })],
    ["outdated", asksForOutdated],
    ["audit", asksForAdvisories],
    ["login,logout", talksTo(undefined)],
    [
      "tree,metadata,version,help,locate-project,pkgid,read-manifest,verify-project,report",
      readOnlyVerb(...LISTING),
    ],
    ["fmt", formats],
    [
      "new,init",
      {
        effects: ({ operands }) => [
          writes(operands[0] ?? literal("."), "create", { reach: "tree" }),
        ],
      },
    ],
    ["clean", cleans],
    ["remove,rm", { effects: () => [writes(literal("Cargo.toml"), "change")] }],
    ["uninstall", runsCode("project")],
  ),
  // A program called `cargo-x` that is installed, or a name of the project for a command.
  otherwise: {
    effects: (call, context) => [
      ...runsCode().effects(call, context),
      ...(isPublishing(call) ? [published()] : []),
    ],
  },
});

/** Plugins that hand packages to a registry: `cargo workspaces publish`, `cargo smart-release --execute`. */
function isPublishing({ verb, operands, has }: VerbCall): boolean {
  if (verb === "smart-release") return has("--execute", "-e");
  return operands.some((word) => textOf(word) === "publish") && !has("--dry-run", "-n");
}

/** `+nightly` in front of the verb names the toolchain. */
export const cargo: CommandModel = {
  ...model,
  effects: (invocation, context) => {
    const [first, ...rest] = invocation.operands;
    const isToolchain = /^\+[\w.-]+$/.test(textOf(first ?? []) ?? "");
    return [
      ...model.effects(isToolchain ? { ...invocation, operands: rest } : invocation, context),
      ...writesElsewhere(invocation.args),
    ];
  },
};

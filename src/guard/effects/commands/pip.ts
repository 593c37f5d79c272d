// pip: Python packages that come, go and are listed.
import { literal } from "../../shell/values/text.ts";
import { writes } from "../model/consequences.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { pipRegistry } from "../packages/registry-asked.ts";
import { asksRegistry } from "../packages/registry-queries.ts";
import {
  both,
  deploys,
  effect,
  installs,
  readOnlyVerb,
  type Verb,
  verbModel,
  verbs,
} from "../model/verbs.ts";

const LISTING = [
  flags(
    "loeufqvh",
    "--outdated --uptodate --editable --local --user --not-required --files --verbose --quiet --all --exclude-editable --help --no-color --pre --no-input",
  ),
  taking("r", "--format --path --exclude --requirement --algorithm -a"),
];
const PIP_ASKS = asksRegistry({
  variables: [
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_CONFIG_FILE",
    "PIP_PROXY",
  ],
});

/** Folders in which packages and reports are put; without one `download` and `wheel` put them here. */
const keepsFiles: Verb = {
  effects: ({ verb, words }) => {
    const folders = [
      "-d",
      "--dest",
      "-w",
      "--wheel-dir",
      "-t",
      "--target",
      "--root",
      "--prefix",
      "--src",
    ];
    const named = folders.flatMap((option) => optionValues(words, option));
    const isHere = named.length === 0 && /^(?:download|wheel)$/.test(verb);
    return [
      ...(isHere ? [literal(".")] : named).map((path) => writes(path, "create", { reach: "tree" })),
      ...["--report", "--log"]
        .flatMap((option) => optionValues(words, option))
        .map((path) => writes(path, "create")),
    ];
  },
};

/** `--outdated` asks the registry. */
const lists: Verb = {
  ...readOnlyVerb(...LISTING),
  effects: (call, context) => [
    ...readOnlyVerb().effects(call, context),
    ...(call.has("--outdated", "-o", "--uptodate", "-u") ? PIP_ASKS.effects(call, context) : []),
  ],
};

export const pip = verbModel({
  names: ["pip", "pip3", "pip3.10", "pip3.11", "pip3.12", "pip3.13"],
  options: {
    about: flags("Vh", "--version --help"),
    style: flags(
      "qv",
      "--quiet --verbose --no-input --no-color --isolated --disable-pip-version-check --require-virtualenv",
    ),
    named: taking("--timeout --retries --cache-dir --log"),
    reach: taking("--proxy --trusted-host --cert --client-cert --python --exists-action"),
  },
  before: ({ has }) =>
    has("reach")
      ? [
          {
            kind: "unknown",
            reason: "unknown-option",
            detail: "an option of `pip` that changes where it runs or whom it asks",
          },
        ]
      : [],
  table: verbs(
    ["install,download,wheel,lock", both(installs(undefined, undefined, pipRegistry), keepsFiles)],
    [
      "list,freeze,show,check,inspect,debug,help,hash,cache dir,cache list,cache info,config list,config get,config debug",
      lists,
    ],
    ["index,search", PIP_ASKS],
    [
      "uninstall",
      {
        effects: () => [
          effect<"write">({
            kind: "write",
            mode: "change",
            target: { kind: "unresolved", within: undefined, reach: "tree" },
          }),
        ],
      },
    ],
    [
      "config set,config unset,config edit,config --user set,config --user unset,config --user edit",
      { effects: (_call, { home }) => [writes(literal(`${home}/.config/pip/pip.conf`), "change")] },
    ],
    [
      "config --global set,config --global unset,config --global edit",
      { effects: () => [writes(literal("/etc/pip.conf"), "change")] },
    ],
    ["cache purge,cache remove", deploys("package settings")],
  ),
});

// dart and flutter: projects in Dart, their packages, devices and formatting.
import { literal, textOf } from "../../shell/values/text.ts";
import { reads, writes } from "../model/consequences.ts";
import { sourcesBelow } from "../paths/source-trees.ts";
import { packageManager } from "../packages/package-manager.ts";
import { flags, optionValues, taking } from "../model/option-list.ts";
import { runsCode, type Verb } from "../model/verbs.ts";

/** Files of the project are written in the usual layout, or only compared. */
const formats: Verb = {
  options: [
    flags("--set-exit-if-changed --fix --verbose -v"),
    taking("-o --output -l --line-length --page-width --language-version"),
  ],
  effects: ({ operands, words, has }, context) => {
    const looksOnly = optionValues(words, "-o", "--output").some((word) =>
      /^(?:none|show|json)$/.test(textOf(word) ?? ""),
    );
    const roots = operands.length === 0 ? [literal(".")] : operands;
    const files = roots.flatMap((root) => sourcesBelow(root, "dart", context));
    return [
      ...files.map((path) => reads(path)),
      ...(looksOnly || has("--help") ? [] : files.map((path) => writes(path, "change"))),
    ];
  },
};

export const flutter = packageManager({
  names: ["dart", "flutter"],
  style: "-v --verbose --no-version-check --suppress-analytics --disable-analytics",
  named: "-d --device-id",
  brings:
    "pub get,pub add,pub upgrade,pub downgrade,pub global activate,upgrade,downgrade,precache,channel,pub unpack",
  shows:
    "devices,emulators,doctor,help,pub deps,pub global list,pub cache list,--version,pub workspace list",
  asks: "pub outdated,info",
  registry: {
    variables: ["PUB_HOSTED_URL", "FLUTTER_STORAGE_BASE_URL"],
    settings: [{ file: "pubspec.yaml", names: /^[^\S\n\r]*(?:hosted|git|url)\s*:/m }],
  },
  drops:
    "clean,pub remove,pub cache clean,pub cache repair,pub global deactivate,config,custom-devices,pub token,pub login,pub logout,logs,screenshot",
  publishes: "pub publish,pub lish",
  runs: "run,test,build,analyze,compile,create,drive,attach,install,fix,doc,pub run,pub global run,gen-l10n,assemble,bundle,info-project,uninstall,symbolize",
  rows: [["format", formats]],
  place: "project",
  otherwise: runsCode(),
});

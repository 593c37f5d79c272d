// pkg-config: what it takes to use a library, as its file of settings says.
import { EMPTY } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { namedFiles } from "../model/verbs.ts";

export const pkgConfig: CommandModel = command({
  names: ["pkg-config", "pkgconf"],
  options: {
    style: flags(
      "--cflags --libs --libs-only-l --libs-only-L --libs-only-other --cflags-only-I --cflags-only-other --static --shared --exists --modversion --list-all --list-package-names --print-errors --short-errors --silence-errors --errors-to-stdout --debug --print-provides --print-requires --print-requires-private --print-variables --uninstalled --no-uninstalled --keep-system-cflags --keep-system-libs --dont-define-prefix --define-prefix --about --validate --path --simulate --digraph --solution --fragment-tree --env-only --pure --no-cache --maximum-traverse-depth --msvc-syntax --dump-license --dump-source",
    ),
    output: role("output", taking("--log-file")),
    named: taking(
      "--variable --define-variable --atleast-version --exact-version --max-version --atleast-pkgconfig-version --prefix-variable --with-path --personality --env --exists-cflags",
    ),
    about: flags("--help --version -h"),
  },
  effects: ({ args }, context) => [...namedFiles(args, context), prints(madeOf(EMPTY))],
});

// dpkg: packages as files and in the system's list.
import { literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect, namedFiles } from "../model/verbs.ts";

const NAMED =
  "--admindir --root --instdir --path-include --path-exclude --status-fd --log -Z -z --showformat";

export const dpkg: CommandModel = command({
  names: ["dpkg", "dpkg-split", "dpkg-reconfigure", "dpkg-divert", "dpkg-statoverride"],
  options: {
    about: flags("--version --help --force-help"),
    asks: flags(
      "-l --list -L --listfiles -s --status -S --search -p --print-avail --get-selections --print-architecture --print-foreign-architectures -C --audit -V --verify --yet-to-unpack --predep-package --compare-versions --assert-support-predepends --assert-multi-arch",
    ),
    shows: flags("-I --info -f --field -c --contents -W --show --fsys-tarfile --ctrl-tarfile"),
    extracts: flags("-x --extract -X --vextract -R --raw-extract -e --control"),
    builds: flags("-b --build"),
    brings: flags(
      "-i --install --unpack --configure --set-selections --triggers-only --update-avail --merge-avail --add-architecture",
    ),
    style: flags(
      "-a -E -G -O -D -q --recursive --no-act --dry-run --simulate --pending --no-pager --skip-same-version --refuse-downgrade --auto-deconfigure --abort-after --root-owner-group --no-debsig --robot --nocheck --new --old",
    ),
    named: taking(`${NAMED} --debug`),
    drops: flags(
      "-r --remove -P --purge --clear-selections --clear-avail --forget-old-unavail --remove-architecture",
    ),
  },
  effects: ({ name, args, operands, has }, context): readonly Consequence[] => {
    const found = [...namedFiles(args, context), prints(madeOf([]))];
    // What is asked of the list of the system names files without opening them.
    if (has("about") || has("asks")) return found.slice(-1);
    if (has("shows")) return found;
    // `-R` is another option of `dpkg` itself: it goes through the directories that are installed.
    if (has("extracts") && !has("brings"))
      return [
        ...found,
        ...(operands[1] === undefined
          ? [writes(literal("DEBIAN"), "create", { reach: "tree" })]
          : [writes(operands[1], "create", { reach: "tree" })]),
      ];
    if (has("builds"))
      return [
        ...found,
        ...operands.slice(0, 1).map((path) => reads(path, "tree")),
        ...operands.slice(1).map((path) => writes(path, "create")),
        ...(operands.length === 1
          ? [writes(literal(`${textOf(operands[0] ?? []) ?? "package"}.deb`), "create")]
          : []),
      ];
    return [
      ...found,
      has("brings")
        ? effect<"install">({
            kind: "install",
            manager: name,
            packages: operands.map((word) => textOf(word) ?? "?").slice(0, 64),
            runsScripts: true,
          })
        : effect<"deploy">({ kind: "deploy", system: "machine", operation: "remove-packages" }),
    ];
  },
});

/** WHY apart from dpkg: `--debug` takes nothing here. */
export const dpkgDeb: CommandModel = command({
  ...dpkg,
  names: ["dpkg-deb"],
  options: { ...dpkg.options, named: taking(NAMED), debug: flags("--debug") },
});

// sphinx-build and its companions: make documents by a `conf.py` of the project, and write where they are told.
import { textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { runsFrom } from "../projects/project-scripts.ts";

/** `-M html` names a builder, except for `sphinx-apidoc`, where the option puts modules first. */
export const sphinx: CommandModel = command({
  names: ["sphinx-build", "sphinx-autobuild", "sphinx-quickstart", "sphinx-autogen"],
  options: {
    log: role("output", taking("-w --warning-file")),
    places: taking("-d --doctree-dir -o --output-dir"),
    choice: taking(
      "-b --builder -c --conf-dir -D --define -A --html-define -t --tag -j --jobs -H --doc-project -V --doc-version -R --doc-release -e -s --suffix --ext-autodoc --port --host --watch --ignore --templatedir",
    ),
    builder: taking("-M"),
    glued: maybeTaking("-a --author -l -p --project -r -v"),
    style: flags(
      "-E --fresh-env -n --nitpicky -W --fail-on-warning --keep-going -T --show-traceback -P --pdb -q --quiet -Q --silent --color -N --no-color -f --force --separate -F --full --module-first --implicit-namespaces -h --version --help -C --isolated --write-all --open-browser",
    ),
  },
  effects: ({ name, operands, values, args }) => {
    if (args.every((word) => /^(?:--version|--help|-h)$/.test(textOf(word) ?? "")))
      return [prints([[]])];
    const [source, target] = operands;
    return [
      ...(source === undefined
        ? []
        : [reads(source, "tree", "*.rst"), reads(source, "tree", "*.py")]),
      ...[...(target === undefined ? [] : [target]), ...values("places")].map((path) =>
        writes(path, "create", { reach: "tree" }),
      ),
      runsFrom(name),
      prints([[]]),
    ];
  },
});

export const sphinxApidoc: CommandModel = {
  ...sphinx,
  names: ["sphinx-apidoc"],
  options: { ...sphinx.options, builder: flags("-M") },
};

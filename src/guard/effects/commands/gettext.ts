// msgfmt, msgmerge, xgettext and the other tools of gettext: catalogues of translations, made and changed.
import { hole, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command, reads, writes } from "../model/command-model.ts";
import { compresses } from "../bytes/archive.ts";
import { type FileProgram, fileProgram } from "../projects/file-program.ts";
import { listedFiles } from "../model/filter.ts";
import { egress, runModel } from "../model/verbs.ts";

const LAYOUT =
  "-h -V -v --verbose -P --properties-input --stringtable-input -p --properties-output --stringtable-output -e --no-escape -E --escape --force-po -i --indent --no-location --strict --no-wrap -s --sort-output -F --sort-by-file -q --quiet --silent --previous";
const WIDTH = "-w --width -D --directory --lang";
const COLOUR = "--color -n --add-location";
const CATALOGUES = {
  names: [],
  operands: "inputs",
  inputs: "--style",
  outputs: "-o --output-file",
  glued: COLOUR,
} as const satisfies FileProgram;

const msgfmt = fileProgram({
  ...CATALOGUES,
  inputs: "--template",
  outputs: "-o --output-file -d",
  choices: "-r --resource -l --locale -L --language -a --alignment --endianness -k -D --directory",
  glued: "--keyword --check-accelerators",
  flags:
    "-j --java --java2 --csharp --csharp-resources --tcl --qt --desktop --xml --strict --source -P --properties-input --stringtable-input -c --check --check-format --check-header --check-domain -C --check-compatibility -f --use-fuzzy --no-hash -h -V --statistics -v --verbose",
  more: ({ has, args }) =>
    has("outputs") || args.length === 0
      ? []
      : [writes([hole("unmodelled", { like: "*.mo", splits: false })], "create")],
});

const msgmerge = fileProgram({
  ...CATALOGUES,
  inputs: "-C --compendium --style",
  choices: `--backup --suffix ${WIDTH}`,
  flags: `${LAYOUT} -U --update -m --multi-domain --for-msgfmt -N --no-fuzzy-matching`,
  more: ({ args, operands }) =>
    args.some((word) => /^(?:-U|--upd(?:a|at|ate)?)$/.test(textOf(word) ?? "-U"))
      ? operands.slice(0, 1).map((path) => writes(path, "change"))
      : [],
});

const xgettext = fileProgram({
  ...CATALOGUES,
  inputs: "-x --exclude-file --its --style",
  outputs: "-o --output",
  first: "-f --files-from",
  choices: `-d --default-domain -p --output-dir -L --language --from-code --check --sentence-end --flag --copyright-holder --package-name --package-version --msgid-bugs-address ${WIDTH}`,
  glued: `-k --keyword -c --add-comments -m --msgstr-prefix -M --msgstr-suffix ${COLOUR}`,
  flags:
    "-C --c++ -j --join-existing -a --extract-all -T --trigraphs --qt --kde --boost --debug -e --no-escape -E --escape --force-po -i --indent --no-location --strict --properties-output --stringtable-output --itstool --no-wrap -s --sort-output -F --sort-by-file --omit-header --foreign-user -h -V -v --verbose -n",
  more: (invocation, context) => [
    ...invocation.values("first").flatMap((list) => {
      const { names, consequences } = listedFiles(list, "\n", invocation, context);
      return [...consequences, ...names.map((path) => reads(path))];
    }),
    // Named by its domain, in the directory that is given.
    ...(invocation.has("outputs")
      ? []
      : [writes([hole("unmodelled", { like: "*.po", splits: false })], "create")]),
  ],
});

const msginit = fileProgram({
  ...CATALOGUES,
  operands: "words",
  inputs: "-i --input --style",
  choices: "-l --locale -w --width",
  flags: `-h -V --no-translator -P --properties-input --stringtable-input -p --properties-output --stringtable-output --no-wrap`,
  more: ({ args, has, values }) => [
    // Without these it looks for the template here, names the result itself, and asks a server for the team.
    ...(values("inputs").length > 0 ? [] : [reads(literal("."), "tree", "*.pot")]),
    ...(has("outputs")
      ? []
      : [writes([hole("unmodelled", { like: "*.po", splits: false })], "create")]),
    ...compresses(["sh", "basename", "pwd", "sed"]),
    ...(args.some((word) => textOf(word) === "--no-translator")
      ? []
      : [egress("translationproject.org")]),
  ],
});

const other = fileProgram({
  ...CATALOGUES,
  inputs: "--style --ignore-file --only-file",
  choices: `-t --to-code -less-than --less-than -more-than --more-than ${WIDTH}`,
  flags: `${LAYOUT} -u --unique --use-first --repeated --translated --untranslated --no-fuzzy --only-fuzzy --no-obsolete --only-obsolete --set-fuzzy --clear-fuzzy --set-obsolete --clear-obsolete --clear-previous --empty --fuzzy --obsolete -m --multi-domain -N --no-fuzzy-matching --use-untranslated --use-fuzzy`,
});

const BY_NAME: Readonly<Record<string, CommandModel>> = {
  msgfmt,
  msgmerge,
  xgettext,
  msginit,
  msgcat: other,
  msgconv: other,
  msguniq: other,
  msgcomm: other,
  msgattrib: other,
  msgen: other,
  msgunfmt: other,
  msgcmp: other,
};

export const gettext: CommandModel = command({
  names: Object.keys(BY_NAME),
  optionsEnd: "own",
  options: {},
  effects: (invocation, context) =>
    runModel(BY_NAME[invocation.name] ?? other, invocation, context),
});

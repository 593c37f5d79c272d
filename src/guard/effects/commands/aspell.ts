// aspell, hunspell and ispell: find misspelt words in what comes in, or ask about each and put it right in the file.
import { EMPTY, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

/** Commands of aspell that open no file that they are given. */
const FILTERS =
  /^(?:list|pipe|filter|config|dicts|filters|modes|soundslike|munch|munch-list|expand|clean|conv|norm|usage|help|dump|-a)$/;

export const aspell: CommandModel = command({
  names: ["aspell", "hunspell", "ispell"],
  options: {
    check: taking("-c"),
    reads: taking("--conf --per-conf --add-wordlists --add-extra-dicts"),
    changed: taking("--repl -p --personal"),
    folders: role(
      "input tree",
      taking("--data-dir --dict-dir --conf-dir --home-dir --local-data-dir --prefix"),
    ),
    choice: taking(
      "--encoding --mode -W --ignore --keyboard --lang -d --master --norm-form --size --sug-mode --run-together-limit --run-together-min --add-filter --rem-filter --add-variety --add-sug-split-char --margin --email-margin --add-html-skip --add-email-quote --add-tex-command -i -w -T",
    ),
    language: taking("-l"),
    ignoring: maybeTaking(
      "--ignore-case --dont-ignore-case --ignore-repl --dont-suggest --suggest",
    ),
    style: flags(
      "-a -D -e -H -t -n -M -C -B -v -x -b -m -P -L -S -G -r --dont-backup --backup --camel-case --dont-camel-case --run-together --dont-save-repl --byte-offsets --guess --check-url --check-apostrophe -?",
    ),
    about: ABOUT,
  },
  effects: ({ name, operands, values, has, stdin }, context) => {
    const [verb, ...files] = operands;
    const text = textOf(verb ?? literal("usage"));
    const isFilter = name === "aspell" && (text === undefined || FILTERS.test(text));
    // `hunspell -l file` and `-a` only list; each without them asks about every word.
    const asked = [...operands, ...values("language")];
    const named = name === "aspell" ? (isFilter ? [] : files) : asked;
    const opened = [...named, ...(name === "aspell" ? values("check") : [])].filter(isFile);
    const texts = [...(stdin ?? EMPTY), ...opened.flatMap((path) => context.contentOf(path))];
    const backup = opened.map((path) => [...path, ...literal(".bak")]);
    const made = /^(?:create|merge)$/.test(text ?? "") ? operands.slice(2) : [];
    return [
      ...[...opened, ...values("reads"), ...values("changed")].map((path) => reads(path)),
      ...[...opened, ...backup, ...values("changed"), ...made].map((path) =>
        writes(path, "change"),
      ),
      ...(has("about") ? [] : [prints(madeOf(texts))]),
    ];
  },
});

// pandoc: turns texts from one format into another; filters are programs, and some formats are made by further programs.
import { EMPTY, knownPrefix, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { isFile, madeOf } from "../model/filter.ts";
import { ABOUT, flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";
import { effect } from "../model/verbs.ts";

/** Formats that only wrap the text: what it refers to is not looked at. */
const PLAIN =
  /(?:^|\.)(?:html5?|htm|md|markdown\w*|gfm|commonmark\w*|txt|plain|json|native|rst|org|tex|latex|asciidoc|adoc|textile|mediawiki|man|xml|docbook\d?|typ|typst|ipynb)(?:[+-][\w+-]+)?$/;
/** Formats whose texts can take other files in by name. */
const INCLUDING = /^(?:rst|org|latex|tex|typst)(?:[+-]|$)|\.(?:rst|org|tex|typ|lua)$/;

export const pandoc: CommandModel = command({
  names: ["pandoc"],
  options: {
    output: taking("-o --output"),
    from: taking("-f --from -r --read"),
    to: taking("-t --to -w --write"),
    filters: taking("-F --filter -L --lua-filter -d --defaults --pdf-engine --data-dir"),
    embeds: flags("--embed-resources --self-contained"),
    extracts: role("output tree", taking("--extract-media --log")),
    reads: role(
      "input",
      taking(
        "--template -H --include-in-header -B --include-before-body -A --include-after-body --reference-doc --metadata-file --bibliography --csl --citation-abbreviations --syntax-definition --epub-cover-image --epub-metadata --abbreviations",
      ),
    ),
    choice: taking(
      "-V --variable -M --metadata --toc-depth --columns --tab-stop --wrap --eol --dpi -c --css --resource-path --highlight-style --shift-heading-level-by --top-level-division --number-offset --slide-level --email-obfuscation --id-prefix -T --title-prefix --reference-location --markdown-headings --track-changes --figure-caption-position --split-level --request-header --ipynb-output --default-image-extension --indented-code-classes --pdf-engine-opt --epub-embed-font -D --print-default-template",
    ),
    glued: maybeTaking("--mathjax --katex --mathml --webtex --toc --strip-comments"),
    style: flags(
      "-s --standalone -N --number-sections -p --preserve-tabs --ascii --no-highlight --html-q-tags -i --incremental --listings --quiet --verbose --trace --dump-args --ignore-args --fail-if-warnings --sandbox -C --citeproc --natbib --biblatex --table-of-contents --reference-links --section-divs --list-input-formats --list-output-formats --list-extensions --list-highlight-styles --list-highlight-languages --bash-completion --file-scope --strip-empty-paragraphs -v -h",
    ),
    about: ABOUT,
  },
  effects: ({ operands, values, has, stdin }, context) => {
    const files = operands.filter(isFile);
    const outputs = values("output").filter((path) => textOf(path) !== "-");
    const content = madeOf([
      ...files.flatMap((path) => context.contentOf(path)),
      ...(stdin ?? EMPTY),
    ]);
    const target = textOf(values("to").at(-1) ?? values("output").at(-1) ?? []);
    const isPlain =
      (target === "" || PLAIN.test(target ?? "?")) &&
      !has("embeds") &&
      !outputs.some((path) => /(\.pdf|^)$/i.test(textOf(path) ?? ""));
    const isIncluding = [...values("from"), ...files].some((word) =>
      INCLUDING.test(textOf(word) ?? "?.rst"),
    );
    // A filter is a program, a document with pictures takes in files that the text names, and LaTeX makes the pages.
    const runs = has("filters") || isIncluding || (!isPlain && !has("sandbox"));
    return [
      ...files.flatMap((path): readonly Consequence[] =>
        /^https?:/.test(knownPrefix(path))
          ? [{ kind: "contacts", url: path, carries: [{ kind: "argument" }] }]
          : [reads(path)],
      ),
      ...outputs.map((path) => writes(path, "create", { content })),
      ...(runs
        ? [
            effect<"execute">({
              kind: "execute",
              program: "pandoc",
              origin: "project",
              reach: "unbounded",
            }),
          ]
        : []),
      prints(content),
    ];
  },
});

// lychee: follows the links in documents.
import { textOf } from "../../shell/values/text.ts";
import type { CommandModel } from "../model/command-model.ts";
import { fileProgram } from "../projects/file-program.ts";
import { egress } from "../model/verbs.ts";

export const lychee: CommandModel = fileProgram({
  names: ["lychee"],
  operands: "given-trees",
  sources: "md mkd mdx mdown mdwn mkdn mkdown markdown html htm txt",
  settings: "lychee.toml .lycheeignore .gitignore",
  inputs: "-c --config --files-from --cookie-jar",
  outputs: "-o --output --dump-inputs-to",
  choices:
    "-v --verbose -m --max-redirects --max-retries --max-concurrency --threads -u --user-agent -s --scheme --include --exclude --exclude-path --include-path --remap --header -a --accept -t --timeout -r --retry-wait-time -X --method -b --base --base-url --root-dir --basic-auth --github-token --fallback-extensions -f --format --mode --suggest --archive --max-cache-age --cache-exclude-status --min-tls --extensions --exclude-file --preprocess --generate --default-extension",
  flags:
    "--offline -n --no-progress --cache --skip-missing --no-ignore --hidden -i --insecure --include-mail --include-fragments --include-verbatim --glob-ignore-case -E --exclude-all-private --exclude-private --exclude-link-local --exclude-loopback --exclude-mail --require-https --include-wikilinks -q --quiet -vv -h --dump --dump-inputs --index-files",
  more: ({ args, operands }, context) => {
    const words = args.map((word) => textOf(word));
    const carries = operands.flatMap((path) =>
      context
        .contentOf(path)
        .flatMap((text) => text.flatMap((piece) => (piece.kind === "hole" ? piece.sources : []))),
    );
    // The addresses stand in the documents: each is told that somebody asks.
    return words.some(
      (word) => word === "--offline" || word === "--dump" || word === "--dump-inputs",
    )
      ? []
      : [egress(undefined, [{ kind: "argument" }, ...carries])];
  },
});

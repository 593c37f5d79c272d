// `git rev-parse` and `git symbolic-ref`: names of commits and branches, and places of the repository.
import {
  append,
  hole,
  literal,
  type Text,
  type TextSet,
  textOf,
} from "../../../shell/values/text.ts";
import { prints } from "../../model/consequences.ts";
import { type GitCall, keepsBooks, rootOf, type Subcommand } from "../call.ts";
import { namesFile } from "../copies.ts";
import { optionsOf } from "../options.ts";
import { COMMIT, readsRevision } from "../pathspecs.ts";
import { output } from "./shown.ts";

const PARSED = `--abbrev-ref? --symbolic-full-name --symbolic --verify --short? --show-toplevel --show-prefix --show-cdup
  --git-dir --absolute-git-dir --git-common-dir --git-path= --is-inside-work-tree --is-inside-git-dir
  --is-bare-repository --is-shallow-repository --show-superproject-working-tree --show-object-format? --show-ref-format
  --show-prefix --show-cdup --shared-index-path --all --branches? --tags? --remotes? --glob= --exclude= --since= --after=
  --until= --before= --sq --sq-quote --not --revs-only --no-revs --flags --no-flags --default= --prefix= --parseopt
  --keep-dashdash --stop-at-non-option --stuck-long --local-env-vars --path-format= --disambiguate= --resolve-git-dir=
  --output-object-format= --exclude-hidden=`;

/** `git rev-parse`: names of commits, and places of the repository. */
export const revParse: Subcommand = {
  options: optionsOf(PARSED),
  // WHY: the name of a file's object is all that it takes to show it.
  effects: (call) => [
    ...call.operands.filter(namesFile).flatMap((word) => readsRevision(call, word)),
    prints(parsedNames(call)),
  ],
};

function parsedNames(call: GitCall): TextSet {
  const root = rootOf(call);
  const inside = (text: Text): TextSet => [
    append([hole("dynamic-path", { like: "./**", sources: [{ kind: "repository" }] })], text),
  ];
  const words = call.args.map((word) => textOf(word));
  if (words.some((word) => word === undefined && !call.has("--verify"))) return output(call);
  const places = words.filter(
    (word) => word?.startsWith("--") === true && /dir|path|toplevel|cdup/.test(word),
  );
  const { repository } = call;
  if (places.length > 0) {
    if (places.length > 1 || root === undefined) return output(call);
    if (call.has("--show-toplevel")) return [literal(root)];
    const directory = typeof repository === "object" ? repository.gitDirectory : `${root}/.git`;
    const [path] = call.values("--git-path");
    if (path !== undefined) return [append(literal(`${directory}/`), path)];
    if (call.has("--git-dir", "--absolute-git-dir")) return [literal(directory)];
    return call.has("--show-cdup") ? inside([]) : output(call);
  }
  if (call.has("--abbrev-ref", "--symbolic-full-name", "--symbolic"))
    return [
      [hole("dynamic-path", { like: "[!-]*", splits: false, sources: [{ kind: "repository" }] })],
    ];
  const isOne =
    call.operands.length === 1 &&
    words.every(
      (word) =>
        word === undefined || /^(?:[^-]|--verify$|--short(?:=\d+)?$|-q$|--quiet$)/.test(word),
    );
  // Where there is no such commit, the word itself comes back, unless it was to be verified.
  const given = call.operands[0] ?? [];
  if (!isOne) return output(call);
  return call.has("--verify") || textOf(given)?.startsWith("-") === false ? [COMMIT] : output(call);
}

/** `git symbolic-ref`. */
export const symbolicRef: Subcommand = {
  options: optionsOf("-d|--delete --short --recurse -m="),
  effects: (call) => [
    ...(call.operands.length > 1 || call.has("-d") ? [keepsBooks(call)] : []),
    prints([[hole("dynamic-path", { like: "[!-]*", sources: [{ kind: "repository" }] })]]),
  ],
};

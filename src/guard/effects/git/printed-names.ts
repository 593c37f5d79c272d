// Names of files that git prints, one in a line: what all of them look like.
import { type Hole, hole, type TextSet, textOf } from "../../shell/values/text.ts";
import type { GitCall } from "./call.ts";

/** Options that ask for the differences themselves. */
export const PATCHES = [
  "-p",
  "-U",
  "--patch-with-raw",
  "--patch-with-stat",
  "-W",
  "-c",
  "--cc",
  "-m",
  "-L",
];

/** What else of a commit is printed, or otherwise than one name in a line. */
const BESIDE_NAMES = [
  ...["-p", "-u", "--patch", "-U", "--stat", "--numstat", "--shortstat", "--summary", "--raw"],
  ...["--name-status", "--dirstat", "--graph", "-g", "--line-prefix", "--relative", "--oneline"],
];

/** Whether all that is printed is names of files, which lie below the top of the working tree. */
export function printsNames(call: GitCall): boolean {
  const isOnly = call.has("--name-only") && !call.has(...BESIDE_NAMES, ...PATCHES);
  switch (call.name) {
    case "ls-files":
      return !call.has("-t", "-f", "-s", "--stage", "--eol", "-u", "--debug", "--format", "-k");
    case "grep":
      return call.has("-l", "-L") && !call.has("-c", "-O", "--no-index");
    case "diff":
    case "diff-tree":
    case "diff-index":
    case "diff-files":
      return isOnly && (call.name !== "diff-tree" || call.has("--no-commit-id"));
    case "show":
    case "log": {
      const formats = [...call.values("--format"), ...call.values("--pretty")].map(textOf);
      const isEmpty = (format: string | undefined): boolean =>
        format !== undefined && /^(?:t?format:)?$/.test(format);
      // Of a tag its own message is printed too.
      const isCommit = (word: string): boolean =>
        /^(?:(?:HEAD|@)[~^\d]*|[0-9a-f]{7,40})$/.test(word);
      const isTold =
        call.name === "log" || call.operands.every((word) => isCommit(textOf(word) ?? "?"));
      return isOnly && isTold && formats.length > 0 && formats.every(isEmpty);
    }
    default:
      return false;
  }
}

/** What `git diff --name-only -- '*.ts'` prints: names with those endings. Undefined where it prints more, or any name. */
export function namesOf(call: GitCall): TextSet | undefined {
  const words = call.args.map((word) => textOf(word) ?? "?");
  const specs = words.slice(words.indexOf("--") + 1);
  const isPlain =
    words.includes("--name-only") &&
    words.includes("--") &&
    specs.every((spec) => NAMED.test(spec)) &&
    words
      .slice(0, words.indexOf("--"))
      .every((word) =>
        /^(?:--(?:name-only|cached|staged|diff-filter=[A-Za-z]+)|(?!-)[\w@^~./-]+)$/.test(word),
      );
  if (!isPlain) return undefined;
  // Where nothing of that ending lies in a hidden folder, what is printed does not either.
  return specs.flatMap((spec) =>
    call.context.matches(`.[!.]*/**/${spec}`)?.length === 0
      ? [`./[!.]*/**/${spec}`, `./[!.]${spec}`].map((like) => [namesLike(like)])
      : [[namesLike(`./**/${spec}`)]],
  );
}

/** An ending, as a pathspec gives it. */
const NAMED = /^\*[\w.-]+$/;

function namesLike(like: string): Hole {
  return hole("dynamic-path", { like, sources: [{ kind: "repository" }] });
}

/**
 * What `git ls-files '*.ts' 'src/*.css'` prints: names with those endings, in that directory where one is given. Undefined
 * where it prints more, or any name.
 */
export function listedNames(call: GitCall): TextSet | undefined {
  const plain = /^(?:-[cdmoz]+|--(?:cached|deleted|modified|others|exclude-standard)|--)$/;
  const words = call.args.map((word) => textOf(word) ?? "?");
  const specs = call.operands.map((word) => namedBelow(textOf(word) ?? "?"));
  const isPlain = words.every((word) => plain.test(word) || namedBelow(word) !== undefined);
  if (specs.length === 0 || !isPlain) return undefined;
  return specs.map((like) => [namesLike(like ?? "./**")]);
}

/** A glob for what a pathspec of an ending lets through, whose `*` stands for slashes too. */
function namedBelow(spec: string): string | undefined {
  const [, directory = "./", name] =
    /^((?:\w[\w-]*\/)*\w[\w-]*\/)?(?:\*\*\/)?(\*[\w.-]+)$/.exec(spec) ?? [];
  return name === undefined ? undefined : `${directory}**/${name}`;
}

/** Globs for what pathspecs let through, which stand behind `--` where words may name commits too: an ending, or a directory below the working one. */
export function namesOfSpecs(call: GitCall): readonly string[] | undefined {
  const words = call.args.map(textOf);
  const at = words.indexOf("--");
  const behind = at < 0 ? [] : words.slice(at + 1);
  const specs = call.name === "ls-files" ? call.operands.map(textOf) : behind;
  if (specs.length === 0 || specs.length > SPECS_MAX) return undefined;
  const likes = specs.map((spec) => {
    if (spec === undefined) return undefined;
    if (NAMED.test(spec)) return [`./**/${spec}`];
    return /^\w[\w-]*(?:\/[\w-]+)*\/?$/.test(spec)
      ? [spec.replace(/\/$/, ""), `${spec.replace(/\/$/, "")}/**/*`]
      : undefined;
  });
  return likes.some((one) => one === undefined) ? undefined : likes.flatMap((one) => one ?? []);
}

/** Paths behind `--` that are told apart. */
const SPECS_MAX = 8;

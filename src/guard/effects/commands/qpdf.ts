// qpdf: changes the structure of PDF files.
import { dropKnown, hole, knownPrefix, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { cannotTell, isFile, madeOf } from "../model/filter.ts";
import { flags, maybeTaking, taking, takingWords } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

/** Page ranges stand among the files of a part: a name that is none is read by nobody. */
const RANGES = /^(?:[-,:xrz\d.]|even|odd)*$/;

export const qpdf: CommandModel = command({
  names: ["qpdf"],
  options: {
    // Parts of a call, which end with `--`; in the first of them files are named.
    parts: takingWords(
      "to-dashes",
      "--pages --overlay --underlay --add-attachment --copy-attachments-from",
    ),
    settings: takingWords("to-dashes", "--encrypt --set-page-labels"),
    read: role(
      "input",
      taking(
        "--password-file --update-from-json --replace-json --encryption-file --copy-encryption",
      ),
    ),
    jobs: role("input", taking("--job-json-file")),
    written: role("output", taking("--linearize-pass1 --json-stream-prefix")),
    replacing: flags("--replace-input"),
    split: maybeTaking("--split-pages"),
    empty: flags("--empty"),
    style: maybeTaking(
      "--json-input --linearize --decrypt --remove-restrictions --check --check-linearization --requires-password --is-encrypted",
      "--show-encryption --show-encryption-key --show-linearization --show-xref --show-object --show-npages --show-pages --show-attachment --show-crypto --list-attachments --filtered-stream-data --raw-stream-data --with-images",
      "--json --json-help --json-key --json-object --json-output --json-stream-data --job-json-help --test-json-schema --qdf --no-original-object-ids --compress-streams --decode-level --stream-data --object-streams --recompress-flate --compression-level --normalize-content --coalesce-contents --newline-before-endstream",
      "--remove-attachment --remove-page-labels --remove-unreferenced-resources --remove-acroform --remove-info --remove-metadata --remove-structure --flatten-annotations --flatten-rotation --generate-appearances --optimize-images --oi-min-width --oi-min-height --oi-min-area --externalize-inline-images --ii-min-bytes --jpeg-quality",
      "--keep-files-open --keep-files-open-threshold --keep-inline-images --preserve-unreferenced --preserve-unreferenced-resources --rotate --collate --min-version --force-version --deterministic-id --static-id --static-aes-iv --no-warn --warning-exit-0 --verbose --progress --password --password-is-hex-key --password-mode",
      "--suppress-password-recovery --suppress-recovery --ignore-xref-streams --allow-weak-crypto --allow-insecure --report-memory-usage --version --help --copyright --completion-bash --completion-zsh",
    ),
  },
  effects: ({ operands, has, values }, context) => {
    const files = operands.filter((word) => !knownPrefix(word).startsWith("@"));
    const isReplacing = has("replacing");
    const isEmpty = has("empty");
    const read = [...(isEmpty ? [] : files.slice(0, 1)), ...values("parts").flatMap(fileOfPart)];
    const written = isReplacing ? files.slice(0, 1) : files.slice(isEmpty ? 0 : 1).slice(0, 1);
    const content = madeOf(read.flatMap((path) => context.contentOf(path)));
    const names = written.filter(isFile).map((path) => (has("split") ? pagesOf(path) : path));
    return [
      ...(files.length < operands.length
        ? [cannotTell("dynamic-code", "options of `qpdf` from a file")]
        : []),
      ...(has("jobs") ? [cannotTell("dynamic-code", "a job of `qpdf` from a file")] : []),
      ...read.filter(isFile).map((path) => reads(path)),
      ...names.map((path) => writes(path, "create", { content })),
      ...(isReplacing ? files.slice(0, 1).map((path) => writes(besides(path), "create")) : []),
      prints([[], ...content]),
    ];
  },
});

/** The file that a word of a part names. */
function fileOfPart(word: Text): readonly Text[] {
  const start = knownPrefix(word);
  if (start.startsWith("--file=")) return [dropKnown(word, "--file=".length)];
  return start.startsWith("-") || RANGES.test(textOf(word) ?? "?") ? [] : [word];
}

/** The names of the files that hold one page each. */
function pagesOf(path: Text): Text {
  const name = textOf(path);
  if (name === undefined) return path;
  const like = name.includes("%d") ? name.replace("%d", "*") : name.replace(/(\.[^./]*)?$/, "-*$1");
  return [hole("unmodelled", { like, splits: false })];
}

/** What stands beside a file while its successor is made. */
function besides(path: Text): Text {
  return [...path, hole("unmodelled", { like: ".~qpdf*", splits: false })];
}

// Subcommands of git that pack what the repository holds: `archive`, `bundle`, `format-patch` and `fast-export`.
import { hole, literal, type TextSet, textOf } from "../../../shell/values/text.ts";
import { type Consequence } from "../../model/command-model.ts";
import { prints, writes } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import {
  changesTree,
  fromDirectory,
  type GitCall,
  keepsBooks,
  notModelled,
  readsFile,
  type Subcommand,
  tracks,
} from "../call.ts";
import { shownOfTrees } from "../commits.ts";
import { showsCopies } from "../copies.ts";
import { copiesShown } from "./shown.ts";
import { COMMITS, DIFF, optionsOf } from "../options.ts";
import { COMMIT, readsPaths } from "../pathspecs.ts";
import { contactsRemote, networkOf } from "./remote-contact.ts";

/** `git archive`. */
export const archive: Subcommand = {
  options: optionsOf(
    `--format= --prefix= --add-file= --add-virtual-file= -o|--output= --worktree-attributes -l|--list --remote= --exec=
    --mtime= -0 -1 -2 -3 -4 -5 -6 -7 -8 -9`,
  ),
  effects: (call) => [
    ...(call.has("--exec")
      ? [notModelled(call, "is told which program to run", "dynamic-code")]
      : []),
    ...call.values("--remote").flatMap((word) => contactsRemote(call, word)),
    ...(call.has("--remote", "-l") ? [] : packs(call)),
    ...call.values("--add-file").map((path) => readsFile(call, path)),
    ...call
      .values("-o")
      .map((path) => writes(fromDirectory(call, path), "create", { content: packedBy(call) })),
    prints(packedBy(call)),
  ],
};

/** What an archive is made of: another machine's files, or those of the repository and what was brought into it. */
function packedBy(call: GitCall): TextSet {
  const sources = call.values("--remote").flatMap((word) => networkOf(call, word));
  return [[hole("unmodelled", { sources: [...sources, ...call.context.brought()] })]];
}

/** Packs the files of a commit, or of one directory of it (`HEAD:src`). */
function packs(call: GitCall): readonly Consequence[] {
  const [tree, ...paths] = call.operands;
  const directory = /^[^:]+:([^*?[\\]+)$/.exec(textOf(tree ?? []) ?? "")?.[1];
  if (directory === undefined || paths.length > 0) {
    const shown = tree === undefined ? ({ kind: "tracked" } as const) : shownOfTrees([tree]);
    return [...readsPaths(call, paths), ...showsCopies(call, shown, paths, true)];
  }
  return showsCopies(call, { kind: "tracked" }, [literal(`:/${directory}`)]);
}

/** `git bundle`. */
export const bundle: Subcommand = {
  options: optionsOf(COMMITS, "--all-progress --all-progress-implied --version="),
  effects: (call) => {
    const [verb, file] = call.operands;
    if (file === undefined) return [];
    const isInput = textOf(file) === "-";
    switch (textOf(verb ?? [])) {
      case "create":
        return [
          ...showsCopies(call, { kind: "tracked" }),
          isInput
            ? prints(madeOf([]))
            : writes(fromDirectory(call, file), "create", { content: madeOf([]) }),
        ];
      case "verify":
      case "list-heads":
        return [...(isInput ? [] : [readsFile(call, file)]), prints(madeOf([]))];
      case "unbundle":
        return [...(isInput ? [] : [readsFile(call, file)]), keepsBooks(call)];
      default:
        return [notModelled(call, "with a verb that sallyport does not know")];
    }
  },
};

/** `git format-patch`. */
export const formatPatch: Subcommand = {
  options: optionsOf(
    DIFF,
    COMMITS,
    `-n|--numbered -N|--no-numbered -s|--signoff --stdout --cover-letter --numbered-files --suffix= --start-number=
    -v|--reroll-count= --filename-max-length= --rfc? --cover-from-description= --subject-prefix= -o|--output-directory=
    -k|--keep-subject --zero-commit --ignore-if-in-upstream --add-header= --to= --cc= --from? --in-reply-to= --attach?
    --inline? --thread? --signature= --base= --signature-file= --interdiff= --range-diff= --creation-factor=
    --force-in-body-from --description-file= --encode-email-headers`,
  ),
  effects: (call) => {
    const copies = [...readsPaths(call, call.afterDashes ?? []), ...copiesShown(call)];
    if (call.has("--stdout")) return [...copies, prints(madeOf([[...COMMIT]]))];
    const [output] = call.values("--output");
    if (output !== undefined) return [...copies, writes(fromDirectory(call, output), "create")];
    const [folder] = call.values("-o");
    return [
      ...copies,
      ...call.values("--signature-file").map((path) => readsFile(call, path)),
      folder === undefined ? changesTree(call) : tracks(call, folder),
      prints(madeOf([[...COMMIT]])),
    ];
  },
};

/** Prints everything that was committed, or packs it. */
export const exportsAll: Subcommand = {
  options: optionsOf(
    COMMITS,
    `--signed-tags= --tag-of-filtered-object= --reencode= -M -C --export-marks= --import-marks= --import-marks-if-exists=
    --fake-missing-tagger --use-done-feature --no-data --full-tree --anonymize --anonymize-map= --reference-excluded-parents
    --show-original-ids --refspec=`,
  ),
  effects: (call) => [
    ...(call.has("--no-data")
      ? []
      : [
          ...readsPaths(call, call.afterDashes ?? []),
          ...showsCopies(call, { kind: "tracked" }, call.afterDashes),
        ]),
    ...call.values("--export-marks").map((path) => writes(fromDirectory(call, path), "create")),
    ...["--import-marks", "--import-marks-if-exists"].flatMap((option) =>
      call.values(option).map((path) => readsFile(call, path)),
    ),
    prints([[hole("unmodelled", { sources: [{ kind: "repository" }] })]]),
  ],
};

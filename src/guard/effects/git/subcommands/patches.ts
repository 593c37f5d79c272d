// Patches: which files git changes when it applies one, as far as its text is known.
import {
  type Text,
  type TextSet,
  hole,
  literal,
  sourcesOf,
  textOf,
} from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { prints, writes } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import {
  type GitCall,
  type Subcommand,
  type SubcommandTable,
  changesTree,
  fromDirectory,
  history,
  keepsBooks,
  notModelled,
  readsFile,
  rootOf,
} from "../call.ts";
import { optionsOf } from "../options.ts";

/** Files that one patch names; more are taken as any. */
const FILES_MAX = 256;

/** The patches of a call, read, with their texts. */
function patchesOf(call: GitCall): {
  readonly opened: readonly Consequence[];
  readonly texts: TextSet;
} {
  // Without its file git does nothing at all.
  const named = call.operands.filter((path) => textOf(path) !== "-");
  const files = named.filter((path) => !call.context.isMissing(fromDirectory(call, path)));
  const texts = files.flatMap((path) => call.context.textAt(fromDirectory(call, path)));
  const isStdin = named.length < call.operands.length || named.length === 0;
  return {
    opened: named.map((path) => readsFile(call, path)),
    texts: isStdin ? [...texts, ...(call.stdin ?? [])] : texts,
  };
}

/** What applying these patches changes. */
function applies(call: GitCall, texts: TextSet): readonly Consequence[] {
  const places = call.values("--directory").map((path) => textOf(path));
  const isPlaced = places.every(
    (path) => path !== undefined && !/^\/|(?:^|\/)\.\.(?:\/|$)/.test(path),
  );
  // WHY not names above the tree either way: those of a patch that holds some count as not known.
  const moved = call.has("-p") || !isPlaced;
  const folder = places.at(-1) ?? "";
  const isElsewhere = moved || call.has("--directory", "--unsafe-paths");
  // WHY not where paths are moved: a patch that comes before git opens it would change files outside, and nobody looked.
  if (texts.length === 0 && call.operands.length > 0 && !isElsewhere) return [];
  const named = texts.map((text) => namesIn(textOf(text)));
  const root = rootOf(call);
  if (
    texts.length > 0 &&
    root !== undefined &&
    !moved &&
    named.every((names) => names !== undefined)
  )
    return [...new Set(named.flatMap((names) => names ?? []))].flatMap((name) =>
      // What does not fit is written beside the file.
      (call.has("--reject") ? ["", ".rej"] : [""]).flatMap((ending) => {
        const path = `${folder === "" ? "" : `${folder}/`}${name}${ending}`;
        return [
          writes(literal(`${root}/${path}`), "change"),
          // Names of patches that are not git's count from where it works.
          writes(fromDirectory(call, literal(path)), "change"),
        ];
      }),
    );
  // What git itself printed of the repository goes back to where it follows the files anyway.
  const isOwn = texts.length > 0 && texts.every((text) => isRepositoryText(text));
  if (isOwn && !isElsewhere) return [changesTree(call)];
  const fetched = sourcesOf(texts).filter(({ kind }) => kind === "network");
  const below = call.values("--directory").map((path) => literalInside(root, path));
  return [
    notModelled(call, "changes files that a patch names, which is not known", "dynamic-path"),
    ...(fetched.length === 0 || root === undefined
      ? []
      : [
          writes(literal(root), "tracked", {
            reach: "tree",
            content: [[hole("dynamic-code", { sources: fetched })]],
          }),
        ]),
    // All of them lie below the folder that is named, whatever the patch says.
    ...below.map((path) => writes(path, "change", { reach: "tree" })),
  ];
}

/** `--directory` counts from the top of the working tree, unless it begins at the root. */
function literalInside(root: string | undefined, path: Text): Text {
  const text = textOf(path);
  if (root === undefined || text === undefined || text.startsWith("/")) return path;
  return literal(`${root}/${text}`);
}

function isRepositoryText(text: Text): boolean {
  const sources = sourcesOf([text]);
  return sources.length > 0 && sources.every(({ kind }) => kind === "repository");
}

/** Paths that a patch names, below the working tree; undefined when they cannot be read from it. */
function namesIn(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  // Nothing is no patch: git stops there.
  if (text.trim() === "") return [];
  const names = new Set<string>();
  const isOwn = /^diff --git /m.test(text);
  for (const line of text.split("\n")) {
    const sides = /^diff --git (.*)$/.exec(line);
    if (sides !== null) {
      const both = /^a\/(\S+) b\/(\S+)\s*$/.exec(sides[1] ?? "");
      if (both === null) return undefined;
      names.add(both[1] ?? "").add(both[2] ?? "");
    }
    const file = /^(?:---|\+\+\+) (.*)$/.exec(line)?.[1]?.replace(/\t.*$/, "").trimEnd();
    if (file !== undefined && file !== "/dev/null") {
      const inside = /^[^/"]+\/([^"]+)$/.exec(file)?.[1];
      // A line of the text itself may begin like this; then the name is one more that is looked at.
      if (inside === undefined) return undefined;
      names.add(inside);
      // Git guesses how much of such a name counts where it did not write the patch itself.
      if (!isOwn) names.add(file);
    }
    const renamed = /^(?:rename|copy) (?:from|to) (.*)$/.exec(line)?.[1];
    if (renamed !== undefined) names.add(renamed.trimEnd());
  }
  const all = [...names];
  const isPlain = (name: string): boolean =>
    !/^\/|(?:^|\/)\.\.(?:\/|$)|^"/.test(name) && name !== "";
  return all.length > 0 && all.length <= FILES_MAX && all.every(isPlain) ? all : undefined;
}

const apply: Subcommand = {
  options: optionsOf(
    `--exclude= --include= --no-add --stat --allow-binary-replacement --binary --numstat --summary --check --index
    -N|--intent-to-add --cached --unsafe-paths --apply -3|--3way --build-fake-ancestor= --ours --theirs --union -z -p=
    -C= --whitespace= --ignore-space-change --ignore-whitespace -R|--reverse --unidiff-zero --reject --allow-overlap
    --inaccurate-eof --recount --directory= --allow-empty`,
  ),
  effects: (call) => {
    const { opened, texts } = patchesOf(call);
    const onlyLooks =
      call.has("--stat", "--numstat", "--summary", "--check") && !call.has("--apply");
    if (onlyLooks) return [...opened, prints(madeOf(texts))];
    const books = call.has("--index", "--cached", "-3", "-N") ? [keepsBooks(call)] : [];
    if (call.has("--cached")) return [...opened, ...books, ...applies(call, texts)];
    return [
      ...opened,
      ...call
        .values("--build-fake-ancestor")
        .map((path) => writes(fromDirectory(call, path), "create")),
      ...applies(call, texts),
      // Taking back what git shows of unsaved work loses it.
      ...(call.has("-R") && texts.every(isRepositoryText) ? [history("discard")] : []),
      ...books,
    ];
  },
};

const am: Subcommand = {
  options: optionsOf(
    `-i|--interactive -b|--binary -3|--3way -s|--signoff -u|--utf8 -k|--keep --keep-non-patch -m|--message-id
    --keep-cr -c|--scissors --quoted-cr= --whitespace= --ignore-space-change --ignore-whitespace --directory=
    --exclude= --include= -C= -p= --patch-format= --reject --resolvemsg= --continue -r|--resolved --skip --abort
    --quit --show-current-patch? --retry --allow-empty --committer-date-is-author-date --ignore-date
    --rerere-autoupdate -S|--gpg-sign? --empty= -n|--no-verify`,
  ),
  effects: (call) => {
    if (call.has("--show-current-patch")) return [prints(madeOf([]))];
    if (call.has("--continue", "-r", "--skip", "--abort", "--quit", "--retry", "--allow-empty"))
      return [changesTree(call), keepsBooks(call)];
    const { opened, texts } = patchesOf(call);
    return [...opened, ...applies(call, texts), keepsBooks(call)];
  },
};

/** Subcommands that apply patches. */
export const PATCHES: SubcommandTable = { apply, am };

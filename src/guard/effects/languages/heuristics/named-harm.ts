// What code surely names although not all of it can be followed: folders below which it deletes, files that shells start with, a repository that is set back.
import { append, hole, literal, type Text } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { writes } from "../../model/consequences.ts";
import { namedCommands, wordsFrom } from "./named-commands.ts";
import { namedDeletes } from "./named-deletes.ts";
import { namedWrites } from "./named-writes.ts";
import { plainCode } from "./plain-code.ts";
import { searchableText } from "./searchable-text.ts";

/** Writing, in the words of many languages. */
const WRITES =
  /\b(?:open|File\.(?:open|write)|writeFile\w*|appendFile\w*|file_put_contents|fopen|write_text|copy\w*|puts|print|printf|spew|slurp|io\.open)\b|>>/;
/** Where the home directory is asked for, and a file below it that something starts with. */
const HOME =
  /Dir\.home|homedir|expanduser|Path\.home|\bHOME\b|user\.home|glob\(\s*["']~|USERPROFILE/;
const STARTS =
  /["'`/](\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|xprofile|xinitrc|vimrc|tmux\.conf)|\.ssh\/(?:authorized_keys2?|rc|config)|\.config\/(?:autostart|systemd\/user|fish)\/[\w./-]+)["'`]/;
/** Where python keeps what it starts with for a person. */
const SITE = /getusersitepackages|USER_SITE|getsitepackages/;
const SITE_FILE = /["'`/]([\w-]*(?:customize\.py|\.pth))["'`]/;

/** A look at words beside what was followed; `home` is absolute. */
export function namedHarm(code: string, home: string): readonly Consequence[] {
  const text = searchableText(code);
  const plain = plainCode(code, home);
  const start = WRITES.test(text) && HOME.test(text) ? STARTS.exec(text)?.[1] : undefined;
  const site = WRITES.test(text) && SITE.test(text) ? SITE_FILE.exec(text)?.[1] : undefined;
  return [
    ...namedDeletes(plain, home),
    ...namedCommands(plain),
    ...namedWrites(plain, home),
    ...(start === undefined ? [] : [writes(literal(`${home}/${start}`), "append")]),
    ...(site === undefined
      ? []
      : [writes(append(sitePackages(home), literal(`/${site}`)), "append")]),
    ...namedHistory(plain),
  ];
}

/** The person's own folder of python's packages; which version of python it is, is not known. */
export function sitePackages(home: string): Text {
  return append(
    literal(`${home}/.local/lib/python3.`),
    append([hole("missing-fact", { splits: false, like: "[0-9]*" })], literal("/site-packages")),
  );
}

// What code of any language does to a repository by a library for it: commands of git that it names, pushes, and work that is thrown away.

/** Libraries for repositories. */
const REPOSITORY =
  /\b(?:git\.Repo|GitPython|pygit2|dulwich|simple-git|simpleGit|isomorphic-git|nodegit|[Rr]ugged|go-git|LibGit2|jgit)\b|\bfrom git import\b|\bimport git\b|\brequire ["']git["']|\bGit\.open\(|["']simple-git["']/;
/** Calls by which they throw work away. */
const SETS_BACK =
  /['"]--hard['"]|\breset(?:_hard)?\s*\([^)]*(?:hard|HARD|GIT_RESET_HARD|working_tree\s*=\s*True)|\breset_hard\b|\.clean\(|git\.clean|checkout\([^)]*force\s*[:=]\s*[Tt]rue|checkout_head\(|stash\([^)]*(?:clear|drop)|delete_head\(|deleteBranch\(|branches\.delete|force\s*[:=]\s*[Tt]rue[^)]*\)\s*;?\s*$/;
/** A push, and one that replaces what others have. */
const PUSHES = /(?:\.|\b)push\w*\s*\(|\bpush\b/;
const FORCES =
  /\bpush\w*\s*\((?:[^()]|\([^()]*\)){0,300}(?:["'][+:][\w:/*]|["']-f["']|["']--(?:force|mirror|delete)["']|\bforce\s*[=:]\s*(?:[Tt]rue|1)|\bmirror\s*[=:]\s*[Tt]rue)|["']push["'](?:\s*,\s*["'][^"'\n]{0,100}["']){0,8}?\s*,\s*["'](?:-f|--force|--mirror|\+[^"'\n]+)["']/;

/** A subcommand as a method, with its words: `repo.git.checkout("--", ".")`, `simpleGit().raw(["push", "-f"])`. */
const SUBCOMMAND =
  /\.git\.([a-z]\w{2,30})\(|\.(raw|reset|clean|checkout|rebase|stash|branch|push)\(\s*(?=\[)/g;

const FOUND_MAX = 16;

/** A look at words of plain code. */
function namedHistory(code: string): readonly Consequence[] {
  if (!REPOSITORY.test(code)) return [];
  const runs = [...code.matchAll(SUBCOMMAND)].slice(0, FOUND_MAX).map((found): Consequence => {
    const words = wordsFrom(code, found.index + found[0].length);
    const name = found[1] ?? found[2] ?? "";
    const subcommand = name === "raw" ? [] : [name.replaceAll("_", "-")];
    return {
      kind: "run",
      argv: ["git", ...subcommand, ...words].map(literal),
      isCovered: true,
    };
  });
  return [
    ...runs,
    ...(SETS_BACK.test(code) ? [history("discard", undefined)] : []),
    ...(PUSHES.test(code) ? [PUBLISHED] : []),
    ...(FORCES.test(code) ? [history("force-push", "unknown")] : []),
  ];
}

const PUBLISHED: Consequence = {
  kind: "effect",
  effect: { kind: "publish", channel: "git", destination: undefined, refs: undefined },
};

function history(operation: "discard" | "force-push", remote: string | undefined): Consequence {
  return { kind: "effect", effect: { kind: "history", operation, remote } };
}

// What code of any language does to a repository by a library for it: commands of git that it names, pushes, and work that is thrown away.
import { literal } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { wordsFrom } from "./named-commands.ts";

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
export function namedHistory(code: string): readonly Consequence[] {
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

// What code surely names although not all of it can be followed: folders below which it deletes, files that shells start with, a repository that is set back.
import { PROGRAM_CHARS_MAX } from "#base/limits.ts";
import { append, hole, literal, type Text } from "../../shell/text.ts";
import { type Consequence, deletes, writes } from "../command-model.ts";

/** Calls that delete in many languages, with the first text among their arguments that begins at the root. */
const DELETES =
  /\b(?:unlink(?:Sync)?|rm(?:dir|tree|Sync|dirSync)?|rmtree|remove_?tree|delete_?file|remove_?file|rm_rf?|rm_f|removedirs|deleteDir(?:ectory)?|Files\.delete(?:IfExists)?|os\.remove(?:_all|All)?|(?:File|Dir|FileUtils|fs|Deno|Path)\.(?:delete|remove|rm\w*|unlink\w*)|remove(?:Sync|_dir_all|_file)|file\.remove)\s*\(?\s*[^;'"`\n]{0,60}(['"`])(\/[\w.@+-]+(?:\/[\w.@+-]*)+)\1/g;

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

/** Libraries for repositories, and what they call to throw work away. */
const REPOSITORY =
  /\b(?:git\.Repo|GitPython|pygit2|dulwich|simple-git|simpleGit|isomorphic-git|nodegit|Rugged|go-git|LibGit2|jgit)\b|\bfrom git import\b/;
const SETS_BACK =
  /['"]--hard['"]|\breset\s*\([^)]*(?:hard|HARD|GIT_RESET_HARD)|\.clean\(|git\.clean|checkout\([^)]*force\s*[:=]\s*[Tt]rue|checkout_head\(|stash\([^)]*(?:clear|drop)|delete_head\(|deleteBranch\(|branches\.delete|force\s*[:=]\s*[Tt]rue[^)]*\)\s*;?\s*$/;

/** A look at words beside what was followed; `home` is absolute. */
export function namedHarm(code: string, home: string): readonly Consequence[] {
  const text = code.slice(0, PROGRAM_CHARS_MAX);
  const start = WRITES.test(text) && HOME.test(text) ? STARTS.exec(text)?.[1] : undefined;
  const site = WRITES.test(text) && SITE.test(text) ? SITE_FILE.exec(text)?.[1] : undefined;
  return [
    ...[...text.matchAll(DELETES)].flatMap(([, , path = ""]) =>
      path === "/" ? [] : [deletes(below(path), "entry")],
    ),
    ...(start === undefined ? [] : [writes(literal(`${home}/${start}`), "append")]),
    ...(site === undefined
      ? []
      : [writes(append(sitePackages(home), literal(`/${site}`)), "append")]),
    ...(REPOSITORY.test(text) && SETS_BACK.test(text)
      ? [
          {
            kind: "effect",
            effect: { kind: "history", operation: "discard", remote: undefined },
          } as const,
        ]
      : []),
  ];
}

/** The person's own folder of python's packages; which version of python it is, is not known. */
export function sitePackages(home: string): Text {
  return append(
    literal(`${home}/.local/lib/python3.`),
    append([hole("missing-fact", { splits: false, like: "[0-9]*" })], literal("/site-packages")),
  );
}

/** Something in a folder whose name ends with a slash; else what is named. */
function below(path: string): Text {
  return path.endsWith("/")
    ? append(literal(path), [hole("dynamic-path", { splits: false, like: "*" })])
    : literal(path);
}

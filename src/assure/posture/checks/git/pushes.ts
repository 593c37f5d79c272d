// Scripts, aliases and hooks that go past git's hooks, force their way, or push where nobody reviews.
import { type Looks, notApplicable, verdict } from "../../check.ts";
import { filesIn, lineFault, linesOf } from "../../looking.ts";
import { operationFiles, packageScripts, scriptFiles } from "../../scripts-seen.ts";
import type { SeenFile } from "../../sights.ts";
import { readIni } from "../../texts/ini.ts";

const DEFAULT_BRANCH = /(?:main|master|production|release|trunk)/;

/** Checks of the family `git` about commits and pushes. */
export const pushLooks: Looks = {
  "skips-hooks": (sights) => {
    const files = [
      ...operationFiles(sights),
      ...filesIn(
        [sights.repository, sights.home],
        /(?:^|\/)\.git\/config$|(?:^|\/)\.gitconfig$|(?:^|\/)\.claude\/(?:commands|skills|agents|hooks)\/.+|^\.(?:bashrc|zshrc|bash_aliases|profile)$/,
      ),
    ].filter((file, index, all) => all.indexOf(file) === index);
    const lines = files.flatMap((file) =>
      linesOf(file)
        .filter(
          ({ text }) =>
            !/^\s*(?:#|echo\b|printf\b)/.test(text) &&
            skips(text, file.text ?? "") &&
            !/\b(?:never|don't|do not|not)\b/i.test(text),
        )
        .map(({ line }) =>
          lineFault(
            file,
            line,
            "this goes past git's hooks",
            "take `--no-verify` or `HUSKY=0` out",
          ),
        ),
    );
    const scripts = packageScripts(sights)
      .filter(({ command }) => skips(command, command))
      .map(({ file, line }) =>
        lineFault(file, line, "this goes past git's hooks", "take `--no-verify` or `HUSKY=0` out"),
      );
    if (files.length === 0 && packageScripts(sights).length === 0)
      return notApplicable("there are no scripts");
    return verdict(
      files.map(({ shown }) => shown),
      [...lines, ...scripts],
    );
  },
  "force-push": (sights) => {
    const found = [
      ...operationFiles(sights).flatMap((file) =>
        linesOf(file)
          .filter(
            ({ text }) =>
              !/^\s*(?:#|echo\b|printf\b)/.test(text) &&
              forcesPush(withValues(text, file.text ?? "")),
          )
          .map(({ line }) => ({ file, line })),
      ),
      ...packageScripts(sights).filter(({ command }) => forcesPush(command)),
      ...filesIn([sights.repository, sights.home], /(?:^|\/)\.git\/config$|^\.gitconfig$/).flatMap(
        (file) =>
          readIni(file.text ?? "")
            .filter(
              ({ section, value }) =>
                section === "alias" && forcesPush(value.startsWith("!") ? value : `git ${value}`),
            )
            .map(({ line }) => ({ file, line })),
      ),
    ];
    if (
      scriptFiles(sights).length === 0 &&
      packageScripts(sights).length === 0 &&
      found.length === 0
    )
      return notApplicable("there are no scripts");
    return verdict(
      ["scripts of the repository"],
      found.map(({ file, line }) =>
        lineFault(
          file,
          line,
          "the history of a shared branch is replaced",
          "push to a branch of its own, and open a pull request",
        ),
      ),
    );
  },
  "pushes-default-branch": (sights) => {
    const own = [
      ...filesIn(
        [sights.repository],
        /(?:^|\/)\.claude\/(?:hooks|commands|skills|agents|scripts)\/.+/,
      ),
      ...scriptFiles(sights).filter(
        ({ text = "", path }) => /\bclaude\b/i.test(text) || /agent|claude/i.test(path),
      ),
      ...sights.hooks.flatMap((hook) => hook.scripts),
    ].filter((file, index, all) => all.indexOf(file) === index);
    const lines = own.flatMap((file) =>
      withBranches(file)
        .filter(
          ({ text }) =>
            !/^\s*(?:#(?! )|echo\b)/.test(text) &&
            pushesDefault(withValues(text, file.text ?? "")) &&
            !/\b(?:never|don't|do not|not)\b/i.test(text),
        )
        .map(({ line }) => lineFault(file, line, PUSHES, PUSHES_FIX)),
    );
    const hooks = sights.hooks
      .filter(({ command, args = [] }) => pushesDefault([command, ...args].join(" ")))
      .map(({ file, line }) => lineFault(file, line, PUSHES, PUSHES_FIX));
    if (own.length === 0 && sights.hooks.length === 0)
      return notApplicable("the agent has no hooks or scripts");
    return verdict([...own.map(({ shown }) => shown)], [...lines, ...hooks]);
  },
};

const PUSHES = "the agent's own script changes the default branch, and nobody reviews it";
const PUSHES_FIX =
  "push to a branch of its own: `git push origin HEAD:agent/...`, and open a pull request";
const SKIPS =
  /\bgit\b[^\n|;&]*\b(?:commit|push|merge|rebase|am)\b[^\n|;&]*\s(?:--no-verify\b|-n\b(?=.*commit)|-[a-zA-Z]*n[a-zA-Z]*m?\b(?<=commit.*))|^\s*\w+\s*=\s*!?(?:git )?(?:commit|push)\b.*--no-verify|\b(?:commit|push)\b[^\n|;&]*--no-verify\b|\bHUSKY=0\b|\bHUSKY_SKIP_HOOKS=1\b|\bLEFTHOOK=0\b|\bSKIP=[\w,-]+\s+git\b|-c core\.hooksPath=(?:\/dev\/null|["']{2}|\s)|\bconfig\b[^\n;&|]*\bcore\.hooksPath\s+\/dev\/null|\b(?:OVERCOMMIT_DISABLE|SKIP_SIMPLE_GIT_HOOKS)=1\b|\brm\b[^\n;&|]*\.git\/hooks\/(?!\*\.sample)|--no-commit-hooks\b|\bgit\b[^\n;&|]*\bconfig\b[^\n;&|]*--unset(?:-all)?\s+core\.hooksPath|\bmv\b[^\n;&|]*\.git\/hooks\b|\bchmod\s+(?:a?-x|-[0-7]*[0246]{3})\b[^\n;&|]*\.git\/hooks/;
/** The same by the environment that a program of another language gives git. */
const SKIPS_BY_ENVIRONMENT =
  /["']?\b(?:HUSKY|LEFTHOOK)\b["']?\]?\s*[:=,]\s*["']0["']|["']SKIP["']\]?\s*[:=,]\s*["'][\w,-]+["']|\bOVERCOMMIT_DISABLE["']?\]?\s*[:=,]\s*["']1["']/;
/** Installing packages without putting hooks in is no commit past them. */
const INSTALLS =
  /\b(?:HUSKY|LEFTHOOK)=0\s+(?:\S+=\S+\s+)*(?:npm|pnpm|yarn|bun)\s+(?:ci|i|install|add)\b/;

function skips(written: string, whole: string): boolean {
  // What a message says is no option.
  const text = written.replaceAll(/(\s-\w*m[= ]?)(?:"[^"]*"|'[^']*')/g, "$1x");
  return (
    (SKIPS.test(asWords(text)) && !INSTALLS.test(text)) ||
    (SKIPS_BY_ENVIRONMENT.test(text) && /\bgit["']?\s*,?\s*["']?(?:commit|push)\b/.test(whole))
  );
}

/** Words of a list of arguments as they stand on a command line, with a sign for each that is a name. */
const asWords = (text: string) =>
  // A function of one's own that runs git with its words.
  text
    .replaceAll(/\b(?:run_?)?[gG]it\(\s*\[?\s*["'`](?=(?:push|commit|switch|checkout)\b)/g, "git ")
    .replaceAll(
      /["'],\s*((?:[\w.$]+(?:\([^()\n]*\))?\s*,\s*)*)\[?\s*["']/g,
      (_, names: string) => ` ${"_ ".repeat(names.split(",").length - 1)}`,
    );
/** What stands behind `push`: of git itself, and of libraries that run it. */
const pushIn = (text: string): string | undefined =>
  /\bgit\b(?:\s+-\S+(?:\s+\S+)?)*?\s+push\b([^\n;&|`]*)|\b(?:git(?:\([^()\n]*\))?|remotes?(?:\.\w+|\([^()\n]*\)|\[[^\]\n]*\]))\.push\(\s*(?:\[\s*)?(?:refspec\s*=\s*)?(["'][^\n;)]*)/
    .exec(text)
    ?.slice(1)
    .find((found) => found !== undefined)
    ?.replace(/^["']/, " ");

function forcesPush(written: string): boolean {
  const text = asWords(written);
  const push = pushIn(text);
  if (push === undefined) return false;
  const isForced =
    /\s(?:--force(?:-with-lease(?:=\S+)?)?|-f|-\w*f\w*|--mirror)(?=\s|$)|\s\+\S+/.test(push) ||
    /\bforce["']?\s*[:=]\s*[Tt]rue\b/.test(written);
  return (
    isForced &&
    (/--all\b|--mirror\b|refs\/heads\/\*/.test(push) ||
      new RegExp(`(?:^|[\\s/:+])${DEFAULT_BRANCH.source}(?:$|[\\s:"'\\])])`).test(push))
  );
}

const CHANGES_TO = /\bgit\b[^\n;&|]*?\s(?:checkout|switch)\s+(?:-\S+\s+)*["']?([\w./-]+)/g;

/** The lines of a file; a push that names no branch with the branch that was changed to before it. */
function withBranches(file: SeenFile): ReturnType<typeof linesOf> {
  let branch: string | undefined;
  return linesOf(file).map(({ line, text }) => {
    const words = asWords(text);
    branch = [...words.matchAll(CHANGES_TO)].at(-1)?.[1] ?? branch;
    if (
      /\bgit\b[^\n;&|]*?\scommit\b/.test(words) &&
      branch !== undefined &&
      /^(?:main|master|production|trunk)$/.test(branch)
    )
      return { line, text: `git push origin ${branch}` };
    const isBare = /\bgit\s+push(?:\s+(?:-\S+|origin|upstream))*\s*["'`)\]]*\s*;?\s*$/.test(words);
    return isBare &&
      branch !== undefined &&
      DEFAULT_BRANCH.test(`${branch}`) &&
      /^(?:main|master|production|trunk)$/.test(branch)
      ? { line, text: `git push origin ${branch}` }
      : { line, text };
  });
}

/** A line of a script with what its file sets the variables to. */
function withValues(line: string, whole: string): string {
  if (!/\bpush\b.*\$/.test(line)) return line;
  return line.replaceAll(
    /\$\{?([A-Za-z_]\w*)\}?/g,
    (found, name: string) =>
      new RegExp(
        `^[ \\t]*(?:(?:export|local|readonly|declare)[ \\t]+)?${name}=["']?([\\w./-]+)["']?[ \\t]*$`,
        "m",
      ).exec(whole)?.[1] ?? found,
  );
}

/** A push without a branch goes to the one that was changed to before it on the line. */
const PUSHES_CHANGED_TO =
  /\bgit\s+(?:checkout|switch)\s+(?:main|master|production|trunk)\s*(?:&&|;)(?:(?!\bgit\s+(?:checkout|switch)\b).)*\bgit\s+push(?:\s+(?:-\S+|origin|upstream))*\s*(?:$|[;&|"'`)])/;

function pushesDefault(written: string): boolean {
  const text = asWords(written);
  if (PUSHES_CHANGED_TO.test(text)) return true;
  const push = pushIn(text);
  return (
    push !== undefined &&
    !/--delete|--dry-run/.test(push) &&
    (/(?:HEAD:|\s)["']?\$\(git (?:symbolic-ref|remote show|config (?:--get )?init\.defaultBranch)/.test(
      push,
    ) ||
      /(?:^|[\s:+"'])(?:HEAD:)?(?:refs\/heads\/)?(?:main|master|production|trunk)(?=$|[\s"'`])/.test(
        push,
      ))
  );
}

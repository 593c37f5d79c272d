// Scripts, aliases and hooks that go past git's hooks, force their way, or push where nobody reviews.
import { type Looks, notApplicable, verdict } from "../../check.ts";
import { filesIn, lineFault, linesOf } from "../../looking.ts";
import { operationFiles, packageScripts, scriptFiles } from "../../scripts-seen.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { readIni } from "../../texts/ini.ts";

const DEFAULT_BRANCH = /(?:main|master|production|release|trunk)/;

/** Checks of the family `git` about commits and pushes. */
export const pushLooks: Looks = {
  "skips-hooks": (auditInputs) => {
    const files = [
      ...operationFiles(auditInputs),
      ...filesIn(
        [auditInputs.repository, auditInputs.home],
        /(?:^|\/)\.git\/config$|(?:^|\/)\.gitconfig$|(?:^|\/)\.claude\/(?:commands|skills|agents|hooks)\/.+|^\.(?:bashrc|zshrc|bash_aliases|bash_profile|zshenv|profile|huskyrc)$|^\.config\/(?:husky\/init\.sh|fish\/.+\.fish)$|(?:^|\/)\.vscode\/tasks\.json$|(?:^|\/)\.envrc$/,
      ),
    ].filter((file, index, all) => all.indexOf(file) === index);
    const lines = files.flatMap((file) =>
      linesOf(file)
        .filter(
          ({ text }) =>
            !/^\s*(?:#|echo\b|printf\b)|\bgrep\s+-/.test(text) &&
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
    const scripts = packageScripts(auditInputs)
      .filter(({ command }) => skips(command, command))
      .map(({ file, line }) =>
        lineFault(file, line, "this goes past git's hooks", "take `--no-verify` or `HUSKY=0` out"),
      );
    const told = toldToSkip(auditInputs);
    if (files.length + told.length === 0 && packageScripts(auditInputs).length === 0)
      return notApplicable("there are no scripts");
    return verdict(
      [...files, ...[...packageScripts(auditInputs), ...told].map(({ file }) => file)].map(
        ({ shown }) => shown,
      ),
      [
        ...lines,
        ...scripts,
        ...told.map(({ file, line }) =>
          lineFault(file, line, "this goes past git's hooks", "take the option out"),
        ),
      ],
    );
  },
  "force-push": (auditInputs) => {
    const found = [
      ...[...operationFiles(auditInputs), ...pipelineFiles(auditInputs)].flatMap((file) =>
        withBranches(file)
          .filter(
            ({ text }) =>
              !/^\s*(?:#|echo\b|printf\b)/.test(text) &&
              (forcesPush(withValues(text, file.text ?? "")) || forcesByApi(text)),
          )
          .map(({ line }) => ({ file, line })),
      ),
      ...pipelineFiles(auditInputs).flatMap((file) => forcedByAction(file)),
      ...packageScripts(auditInputs).filter(({ command }) => forcesPush(command)),
      ...filesIn(
        [auditInputs.repository, auditInputs.home],
        /(?:^|\/)\.git\/config$|^\.gitconfig$/,
      ).flatMap((file) =>
        readIni(file.text ?? "")
          .filter(
            ({ section, key, value }) =>
              (section === "alias" && forcesPush(value.startsWith("!") ? value : `git ${value}`)) ||
              // What a plain `git push` then does.
              (section === "remote" &&
                key === "push" &&
                /^\+(?:refs\/heads\/)?(?:\*|main|master|HEAD|refs\/\*)(?::|$)/.test(value)) ||
              (section === "remote" &&
                key === "mirror" &&
                /^(?:true|yes|on|1)$/i.test(value) &&
                !/fetch\s*=\s*\+refs\/\*/.test(file.text ?? "")),
          )
          .map(({ line }) => ({ file, line })),
      ),
    ];
    if (
      scriptFiles(auditInputs).length === 0 &&
      packageScripts(auditInputs).length === 0 &&
      found.length === 0
    )
      return notApplicable("there are no scripts");
    return verdict(
      [
        ...scriptFiles(auditInputs),
        ...packageScripts(auditInputs).map(({ file }) => file),
        ...found.map(({ file }) => file),
      ].map(({ shown }) => shown),
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
  "pushes-default-branch": (auditInputs) => {
    const own = [
      ...filesIn(
        [auditInputs.repository],
        /(?:^|\/)\.claude\/(?:hooks|commands|skills|agents|scripts)\/.+/,
      ),
      ...scriptFiles(auditInputs).filter(
        ({ text = "", path }) => /\bclaude\b/i.test(text) || /agent|claude/i.test(path),
      ),
    ].filter(({ path }) => !/(?:^|\/)test_\w+\.py$|[._](?:test|spec)\.\w+$/.test(path));
    const scripts = new Set([...own, ...auditInputs.hooks.flatMap((hook) => hook.scripts)]);
    const lines = [...scripts].flatMap((file) =>
      withBranches(file)
        .filter(
          ({ text }) =>
            !/^\s*(?:#(?! )|echo\b)/.test(text) &&
            pushesDefault(withValues(text, file.text ?? "")) &&
            !/\b(?:never|don't|do not|not)\b/i.test(text),
        )
        .map(({ line }) => lineFault(file, line, PUSHES, PUSHES_FIX)),
    );
    const hooks = auditInputs.hooks
      .filter(({ command, args = [] }) =>
        [[command, ...args].join(" "), ...namedCommands(command, auditInputs)].some((one) =>
          pushesDefault(one),
        ),
      )
      .map(({ file, line }) => lineFault(file, line, PUSHES, PUSHES_FIX));
    if (own.length === 0 && auditInputs.hooks.length === 0)
      return notApplicable("the agent has no hooks or scripts");
    return verdict(
      [...scripts, ...auditInputs.hooks.map(({ file }) => file)].map(({ shown }) => shown),
      [...lines, ...hooks],
    );
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
  /\b(?:HUSKY|LEFTHOOK)=0\s+(?:[^\s=]+=\S+\s+)*(?:npm|pnpm|yarn|bun)\s+(?:ci|i|install|add)\b/;

/** A word that stands in each line that goes past hooks. INVARIANT: every pattern of `skips` wants one of them. */
const MAY_SKIP = /git|commit|push|husky|lefthook|skip|hooks|verify/i;

function skips(written: string, whole: string): boolean {
  if (!MAY_SKIP.test(written)) return false;
  // What a message says is no option.
  const text = written.replaceAll(/(\s-\w*m[= ]?)(?:"[^"]*"|'[^']*')/g, "$1x");
  return (
    (SKIPS.test(asWords(text)) && !INSTALLS.test(text)) ||
    SKIPS_BY_OPTION.test(text) ||
    (/\bgit\b[^\n]*\b(?:commit|push)\b/.test(text) && skipsByName(text, whole)) ||
    (SKIPS_BY_ENVIRONMENT.test(text) && /\bgit["']?\s*,?\s*["']?(?:commit|push)\b/.test(whole))
  );
}

/** The same by what programs that commit, tag and release are told, and by libraries of git. */
const SKIPS_BY_OPTION =
  /\b(?:standard-version|commit-and-tag-version|release-it|lerna|commitizen|cz|bump2?version|bump-my-version|changeset|np|gh-pages|(?:yarn|pnpm|npm)\s+version)\b[^\n|;&]*--no-verify\b|\bLEFTHOOK_EXCLUDE=\w|\bPRE_COMMIT_ALLOW_NO_CONFIG=1\s+git\b|\bskip_hooks\s*=\s*True\b|\bno_?[vV]erify["']?\s*[:=]\s*[Tt]rue\b|["']--no-verify["']\s*:/;
/** Files of such programs, and keys in them. */
const TOOL_FILES =
  /(?:^|\/)(?:\.release-it\.[\w.]+|\.versionrc[\w.]*|lerna\.json|\.bumpversion\.(?:cfg|toml)|setup\.cfg|tox\.ini|\.cz\.toml|\.czrc(?:\.json)?|pyproject\.toml|package\.json|\.npmrc|captainhook\.json)$/;
const TOLD =
  /^\s*commit-hooks\s*=\s*(?:false|0)|"commitHooks"\s*:\s*false|"noVerify"\s*:\s*true|\bnoVerify\s*:\s*true|\b(?:commit|push|tag)_?[aA]rgs["']?\s*[:=][^\n]*--no-verify|^\s*(?:-\s*)?["']?--no-verify["']?,?\s*$|["']no-verify["']\s*:\s*true/;
/** Variables that switch off programs that run hooks, where they are set for all who work here. */
const SET_FOR_ALL =
  /["']?\b(?:HUSKY|LEFTHOOK)\b["']?\s*[:=]\s*["']?(?:0|false)\b|["']?\b(?:HUSKY_SKIP_HOOKS|SKIP_SIMPLE_GIT_HOOKS|OVERCOMMIT_DISABLE)\b["']?\s*[:=]\s*["']?(?:1|true)\b|["']LEFTHOOK_EXCLUDE["']\s*:\s*["']\w/;
const OPTIONS_OF_ACTIONS = /^\s*(?:commit|push)_options\s*:[^\n#]*--no-verify\b/;

/** Lines of settings by which programs, pipelines or sessions go past hooks. */
function toldToSkip(
  auditInputs: AuditInputs,
): readonly { readonly file: SeenFile; readonly line: number }[] {
  const like = (files: readonly SeenFile[], pattern: RegExp) =>
    files.flatMap((file) =>
      linesOf(file)
        .filter(({ text }) => !/^\s*(?:#|\/\/|;)/.test(text) && pattern.test(text))
        .map(({ line }) => ({ file, line })),
    );
  const trees = [auditInputs.repository, auditInputs.home];
  return [
    ...like(filesIn(trees, TOOL_FILES), TOLD),
    ...like(
      filesIn(
        trees,
        /(?:^|\/)\.claude\/settings(?:\.local)?\.json$|(?:^|\/)\.?mise(?:\.[\w-]+)*\.toml$|(?:^|\/)\.?devcontainer\.json$/,
      ),
      SET_FOR_ALL,
    ),
    ...like(pipelineFiles(auditInputs), OPTIONS_OF_ACTIONS),
  ];
}

const pipelineFiles = ({ repository }: AuditInputs): readonly SeenFile[] =>
  filesIn(
    [repository],
    /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$|(?:^|\/)(?:\.gitlab-ci|bitbucket-pipelines|\.?azure-pipelines)\.ya?ml$|(?:^|\/)\.circleci\/config\.ya?ml$|(?:^|\/)Jenkinsfile$/,
  );

/** A step of an action that pushes by force to the default branch, or to the one that it runs on. */
function forcedByAction(
  file: SeenFile,
): readonly { readonly file: SeenFile; readonly line: number }[] {
  const lines = linesOf(file);
  const starts = lines.flatMap(({ text }, at) => (/^\s*-\s/.test(text) ? [at] : []));
  return starts.flatMap((from, index) => {
    const own = lines.slice(from, starts[index + 1] ?? lines.length);
    const said = own.map(({ text }) => text).join("\n");
    const isPush =
      /uses:\s*\S*(?:github-push-action|git-push|git-auto-commit-action|add-and-commit)@/.test(
        said,
      );
    const isForced =
      /^[ \t]*force:\s*["']?true\b/m.test(said) ||
      /^[ \t]*push(?:_options)?:[^\n]*(?:--force\b|\s-f\b)/m.test(said);
    const branch = /^[ \t]*branch:\s*["']?([^\s"'#]+)/m.exec(said)?.[1];
    return isPush &&
      isForced &&
      branch !== undefined &&
      /^(?:refs\/heads\/)?(?:main|master|trunk|production)$/.test(branch)
      ? [{ file, line: own[0]?.line ?? 1 }]
      : [];
  });
}

/** A call of a forge's interface that moves the default branch wherever it is told. */
function forcesByApi(text: string): boolean {
  return (
    /\b(?:git\/)?refs\/heads\/(?:main|master|trunk)\b|\bheads\/(?:main|master|trunk)["']/.test(
      text,
    ) && /\bforce["']?\s*[:=]\s*["']?[Tt]rue\b/.test(text)
  );
}

/** Options and settings that a commit takes from variables of its script. */
function skipsByName(text: string, whole: string): boolean {
  if (/\bGIT_CONFIG_KEY_\d+=["']?core\.hooksPath/.test(text)) return true;
  if (/^[ \t]*export\s+(?:SKIP=[\w,-]+|GIT_CONFIG_KEY_\d+=["']?core\.hooksPath)/m.test(whole))
    return true;
  if (/\b(?:lefthook|pre-commit|husky)\s+uninstall\b/.test(text)) return true;
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].some(([, name = ""]) =>
    new RegExp(`^[ \\t]*(?:\\w+[ \\t]+)?${name}=[^\\n]*--no-verify\\b`, "m").test(whole),
  );
}

/** What a hook has run by a name: a script of the package, or a target of a makefile. */
function namedCommands(command: string, auditInputs: AuditInputs): readonly string[] {
  const script = /\b(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:-]+)/.exec(command)?.[1];
  const target = /\b(?:make|just)\s+(?:-\S+\s+)*([\w-]+)/.exec(command)?.[1];
  const recipes =
    target === undefined
      ? []
      : filesIn([auditInputs.repository], /^(?:GNUm|M|m)akefile$|^[Jj]ustfile$/).flatMap(
          ({ text = "" }) =>
            (
              new RegExp(
                `^${target}(?:\\s[^:\\n]*)?:[^\\n]*\\n((?:[ \\t]+[^\\n]*\\n?)+)`,
                "m",
              ).exec(text)?.[1] ?? ""
            ).split("\n"),
        );
  return [
    ...packageScripts(auditInputs)
      .filter(({ name }) => name === script)
      .map((one) => one.command),
    ...recipes,
  ];
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
  /\bgit\b(?:\s+-\S+(?:\s+[^\s-]\S*)?)*?\s+push\b([^\n;&|`]*)|\b(?:(?:simpleG|g)it(?:\([^()\n]*\))?|remotes?(?:\.\w+|\([^()\n]*\)|\[[^\]\n]*\]))\.push\(\s*(?:\[\s*)?(?:refspec\s*=\s*)?(["'][^\n;)]*)/
    .exec(text)
    ?.slice(1)
    .find((found) => found !== undefined)
    ?.replace(/^["']/, " ");

function forcesPush(written: string): boolean {
  if (!written.includes("push")) return false;
  const text = asWords(written);
  const push = pushIn(text);
  if (push === undefined) return false;
  const isForced =
    /\s(?:--force(?:-with-lease(?:=\S+)?)?|-f|-\w*f\w*|--mirror)(?=[\s"'\])]|$)|[\s"']\+\S+/.test(
      push,
    ) || /\bforce["']?\s*[:=]\s*[Tt]rue\b/.test(written);
  return (
    isForced &&
    (/--all\b|--mirror\b|refs\/heads\/\*/.test(push) ||
      new RegExp(`(?:^|[\\s/:+"'])${DEFAULT_BRANCH.source}(?:$|[\\s:"'\\])])`).test(push) ||
      /\$\{?CI_DEFAULT_BRANCH\b|\.default_branch\b/.test(push))
  );
}

const CHANGES_TO = /\bgit\b[^\n;&|]*?\s(?:checkout|switch)\s+(?:-\S+\s+)*["']?([\w./-]+)/g;

/** The lines of a file; a push that names no branch with the branch that was changed to before it. */
function withBranches(file: SeenFile): ReturnType<typeof linesOf> {
  let branch: string | undefined;
  return linesOf(file).map(({ line, text }) => {
    if (!/git/i.test(text)) return { line, text };
    const words = asWords(text);
    branch = [...words.matchAll(CHANGES_TO)].at(-1)?.[1] ?? branch;
    if (
      /\bgit\b[^\n;&|]*?\scommit\b/.test(words) &&
      branch !== undefined &&
      /^(?:main|master|production|trunk)$/.test(branch)
    )
      return { line, text: `git push origin ${branch}` };
    const isBare = /\bgit\s+push(?:\s+(?:-\S+|origin|upstream))*[\s"'`)\];]*$/.test(words);
    if (!isBare || branch === undefined || !/^(?:main|master|production|trunk)$/.test(branch))
      return { line, text };
    const options = words.slice(words.indexOf("push")).match(/\s-[^\s"'`)\];]+/g) ?? [];
    return { line, text: `git push${options.join("")} origin ${branch}` };
  });
}

/** A line of a script with what its file sets the variables to. */
function withValues(line: string, whole: string): string {
  if (!/\bpush\b.*\$/.test(line)) return line;
  const usual = line.replaceAll(/\$\{[A-Za-z_]\w*:?[-=](main|master|trunk)\}/g, "$1");
  return usual.replaceAll(
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
  if (!written.includes("push")) return false;
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

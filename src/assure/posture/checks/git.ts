// How git is looked at: who owns control files, what protects branches, and whether hooks of git do what they are for.
import { type Fault, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import { CODEOWNERS_PLACES, codeowners, decidingLine } from "../codeowners.ts";
import { expecting, fileFault, filesIn, lineFault, linesOf, ofFiles } from "../looking.ts";
import { packageScripts, scriptFiles } from "../scripts-seen.ts";
import type { SeenFile, Sights } from "../sights.ts";
import { readIni } from "../texts/ini.ts";

/** Files by which a repository steers the client and what runs. */
const CONTROL =
  /^(?:\.claude\/(?:settings\.json|hooks\/.+|agents\/.+|commands\/.+|skills\/.+)|\.mcp\.json|CLAUDE\.md|\.github\/workflows\/.+|\.gitlab-ci\.yml|\.sallyport\/.+)$/;
/** Of those, what a person has to answer for. */
const OWNED = /^(?:\.claude\/(?:settings\.json|hooks\/.+)|\.mcp\.json|\.github\/workflows\/.+)$/;
const HOOK_NAMES =
  "applypatch-msg|commit-msg|fsmonitor-watchman|post-checkout|post-commit|post-merge|post-rewrite|post-update|pre-applypatch|pre-commit|pre-merge-commit|pre-push|pre-rebase|pre-receive|prepare-commit-msg|push-to-checkout|update";
const HOOK = new RegExp(
  `(?:^|/)(?:\\.git/hooks|\\.githooks|githooks|\\.husky|hooks)/(?:${HOOK_NAMES})$`,
);
const ABOUT_SECRETS =
  /secret|credential|password|api[_-]?key|token|AKIA|PRIVATE|gitleaks|trufflehog|detect-secrets|git-secrets|sallyport/i;
const DEFAULT_BRANCH = /(?:main|master|production|release|trunk)/;

const gitHooks = (sights: Sights) => {
  const told = sights.git.kind === "seen" ? sights.git.value.hooks : [];
  const known = new Set(told.map(({ path }) => path));
  return [
    ...told,
    ...filesIn([sights.repository], HOOK).filter(({ path }) => !known.has(path)),
  ].filter(({ path }) => !path.endsWith(".sample"));
};
const secretHooks = (sights: Sights) =>
  gitHooks(sights).filter(
    ({ text = "", path }) =>
      /pre-commit|pre-push|commit-msg/.test(path) && ABOUT_SECRETS.test(text),
  );

/** Functions of the family `git`. */
export const gitLooks: Looks = {
  "no-codeowners": expecting(
    ({ repository }) => CODEOWNERS_PLACES.filter((place) => repository.files.has(place)),
    {
      message: "the repository has no CODEOWNERS file",
      fix: "write `.github/CODEOWNERS` with `/.claude/ @your-org/security` and `/.github/ @your-org/security`",
    },
  ),
  "control-files-not-owned": (sights) => {
    const owners = codeowners(sights.repository);
    if (owners === undefined) return notApplicable("there is no CODEOWNERS file");
    const files = [...sights.repository.files.keys()].filter((path) => OWNED.test(path));
    // A file that some line names and another takes away is told of by the check about overridden lines.
    const open = files.filter((path) => !owners.lines.some(({ fits }) => fits(path)));
    const groups = [
      ...new Set(
        open.map((path) =>
          path.startsWith(".claude/")
            ? "/.claude/"
            : path.startsWith(".github/")
              ? "/.github/workflows/"
              : `/${path}`,
        ),
      ),
    ];
    return verdict(
      [owners.file.shown],
      groups.map((group) => ({
        ...fileFault(
          owners.file,
          `nobody owns \`${group}\`, so anybody's change steers the client or the pipeline`,
          `add \`${group} @your-org/security\``,
        ),
        evidence: group,
      })),
    );
  },
  "codeowners-overridden": (sights) => {
    const owners = codeowners(sights.repository);
    if (owners === undefined) return notApplicable("there is no CODEOWNERS file");
    const samples = [
      ".claude/settings.json",
      ".mcp.json",
      ".github/workflows/ci.yml",
      ...[...sights.repository.files.keys()].filter((path) => CONTROL.test(path)),
    ];
    const lines = new Map<number, Fault>();
    for (const path of samples) {
      const last = decidingLine(owners, path);
      const before = owners.lines.findLast(
        (one) =>
          one !== last &&
          one.fits(path) &&
          one.line < (last?.line ?? 0) &&
          one.owners.length > 0 &&
          !/^\/?\*{1,2}$/.test(one.pattern),
      );
      if (last === undefined || before === undefined) continue;
      const isWider =
        /^\/?\*{1,2}$/.test(last.pattern) ||
        last.owners.length === 0 ||
        last.pattern.length < before.pattern.length;
      if (!isWider || last.owners.join() === before.owners.join()) continue;
      lines.set(
        last.line,
        lineFault(
          owners.file,
          last.line,
          `the last line that fits counts, and this one takes \`${before.pattern}\` from ${before.owners.join(", ")}`,
          `move the line \`${before.pattern} ...\` behind it`,
        ),
      );
    }
    return verdict([owners.file.shown], [...lines.values()]);
  },
  "codeowners-dead-place": ({ repository }) => {
    const all = filesIn([repository], /(?:^|\/)codeowners(?:\.(?:md|txt|ya?ml))?$/i);
    if (all.length === 0) return notApplicable("there is no CODEOWNERS file");
    const [, ...shadowed] = CODEOWNERS_PLACES.slice(0, 3).filter((place) =>
      repository.files.has(place),
    );
    return verdict(
      all.map(({ shown }) => shown),
      all
        .filter(
          ({ path }) =>
            !(CODEOWNERS_PLACES as readonly string[]).includes(path) ||
            (shadowed as readonly string[]).includes(path),
        )
        .map((file) =>
          fileFault(
            file,
            (shadowed as readonly string[]).includes(file.path)
              ? "another file comes first, and this one does not count"
              : "the forge does not look here",
            "move what it says to `.github/CODEOWNERS`, and delete it",
          ),
        ),
    );
  },
  "branch-protection-weak": ofFiles(
    ({ repository }) =>
      filesIn(
        [repository],
        /(?:^|\/)\.github\/(?:settings|branch-protection\w*|rulesets?\/.*|.*protection.*)\.(?:ya?ml|json)$|\.tf$|(?:^|\/)(?:rulesets?|branch-protection)[\w.-]*\.(?:json|ya?ml)$/,
      ),
    "declared protection of branches",
    (file, { yaml }) =>
      file.path.endsWith(".tf") ? terraformFaults(file) : declaredFaults(file, yaml(file)),
  ),
  "hook-not-executable": (sights) => {
    const hooks = gitHooks(sights).filter(({ path }) => !path.startsWith(".husky/"));
    if (hooks.length === 0) return notApplicable("there are no hooks of git");
    const told = hooks.filter(({ mode }) => mode !== undefined);
    if (told.length === 0) return unseen("nobody told the rights of git's hooks");
    return verdict(
      hooks.map(({ shown }) => shown),
      told
        .filter(
          ({ mode = 0, path }) =>
            (mode & 0o111) === 0 &&
            (path.startsWith(".git/") ||
              /^\.?githooks\//.test(path) ||
              hooksPath(sights) !== undefined),
        )
        .map((file) =>
          fileFault(
            file,
            "the hook has no execute bit, so git passes it over",
            `chmod +x ${file.path}`,
          ),
        ),
    );
  },
  "hook-never-fails": (sights) => {
    const hooks = secretHooks(sights);
    if (hooks.length === 0) return notApplicable("no hook of git looks for secrets");
    return verdict(
      hooks.map(({ shown }) => shown),
      hooks.flatMap((file) => neverFails(file)),
    );
  },
  "hook-broken-patterns": (sights) => {
    const hooks = [
      ...secretHooks(sights),
      ...filesIn([sights.repository], /(?:secret|scan)[\w-]*\.(?:sh|bash)$/),
    ];
    if (hooks.length === 0) return notApplicable("no hook of git looks for secrets");
    return verdict(
      hooks.map(({ shown }) => shown),
      [...new Set(hooks)].flatMap((file) =>
        linesOf(file)
          .filter(({ text }) => !/^\s*#/.test(text) && isBrokenPattern(text, file.text ?? ""))
          .map(({ line }) =>
            lineFault(
              file,
              line,
              "the pattern does not match what it is for",
              "run `sallyport git-hooks install`, whose detectors are tried on labelled lines",
            ),
          ),
      ),
    );
  },
  "hook-splits-names": (sights) => {
    const hooks = gitHooks(sights);
    if (hooks.length === 0) return notApplicable("there are no hooks of git");
    return verdict(
      hooks.map(({ shown }) => shown),
      hooks.flatMap((file) => {
        const lists = [
          ...(file.text ?? "").matchAll(/^\s*(\w+)=["']?\$\((git (?:diff|ls-files)[^)]*)\)/gm),
        ]
          .filter(
            ([, , command = ""]) => /--name-only|ls-files/.test(command) && !/\s-z\b/.test(command),
          )
          .map(([, name = ""]) => name);
        return linesOf(file)
          .filter(({ text }) => !/^\s*#/.test(text))
          .filter(
            ({ text }) =>
              /\bfor\s+\w+\s+in\s+["']?(?:\$\(|`)\s*git\b[^)`]*(?:--name-only|ls-files|diff-index|diff-tree)/.test(
                text,
              ) ||
              lists.some(
                (name) =>
                  new RegExp(
                    `\\bfor\\s+\\w+\\s+in\\s+\\$\\{?${name}\\b|\\$\\{?${name}\\}?\\s*(?:\\||$)(?=.*)`,
                  ).test(text) && !new RegExp(`"\\$\\{?${name}\\}?"`).test(text),
              ) ||
              (/\bgit\b[^|]*(?:--name-only|ls-files)[^|]*\|(?:[^|]*\|)*\s*xargs\b/.test(text) &&
                !/xargs[^|]*(?:-0|--null|-d\s)/.test(text)),
          )
          .map(({ line }) =>
            lineFault(
              file,
              line,
              "names of files with spaces are split, and such files are not looked at",
              "write `git diff --cached --name-only -z | xargs -0 ...`, or run `sallyport git-hooks install`",
            ),
          );
      }),
    );
  },
  "hooks-path-missing": (sights) => {
    const path = hooksPath(sights);
    if (path === undefined) return notApplicable("`core.hooksPath` is not set");
    const { file, line, value } = path;
    if (value === "/dev/null")
      return verdict(
        [file.shown],
        [lineFault(file, line, "no hook of git runs", "git config --unset core.hooksPath")],
      );
    if (/^(?:~|\/|\$)/.test(value))
      return unseen("`core.hooksPath` lies outside of the repository", [file.shown]);
    const folder = `${value.replace(/^\.\//, "").replace(/\/$/, "")}/`;
    const isThere = [...sights.repository.files.keys()].some((one) => one.startsWith(folder));
    if (!isThere && !sights.repository.isWhole)
      return unseen("not all of the repository was walked", [file.shown]);
    return verdict(
      [file.shown],
      isThere
        ? []
        : [
            lineFault(
              file,
              line,
              "the folder is not there, so no hook of git runs",
              `git config --unset core.hooksPath, or put the hooks into \`${folder}\``,
            ),
          ],
    );
  },
  "skips-hooks": (sights) => {
    const files = [
      ...scriptFiles(sights),
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
            SKIPS.test(text) &&
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
      .filter(({ command }) => SKIPS.test(command))
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
      ...scriptFiles(sights).flatMap((file) =>
        linesOf(file)
          .filter(({ text }) => !/^\s*(?:#|echo\b|printf\b)/.test(text) && forcesPush(text))
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
      linesOf(file)
        .filter(
          ({ text }) =>
            !/^\s*(?:#(?! )|echo\b)/.test(text) &&
            pushesDefault(text) &&
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
  "no-pre-push": expecting(
    (sights) => [
      ...gitHooks(sights)
        .filter(({ path }) => path.endsWith("pre-push"))
        .map(({ shown }) => shown),
      ...filesIn(
        [sights.repository],
        /(?:^|\/)(?:lefthook\.ya?ml|\.pre-commit-config\.yaml|package\.json)$/,
      )
        .filter(({ text = "" }) => /pre-push|no-commit-to-branch/.test(text))
        .map(({ shown }) => shown),
    ],
    {
      message: "no pre-push hook keeps the default branch",
      fix: "run `sallyport git-hooks install --protect main`",
    },
    {
      applies: ({ git }) =>
        git.kind === "seen" && !git.value.isRepository
          ? "there is no git repository here"
          : undefined,
    },
  ),
};

const PUSHES = "the agent's own script changes the default branch, and nobody reviews it";
const PUSHES_FIX =
  "push to a branch of its own: `git push origin HEAD:agent/...`, and open a pull request";
const SKIPS =
  /\bgit\b[^\n|;&]*\b(?:commit|push|merge|rebase|am)\b[^\n|;&]*\s(?:--no-verify\b|-n\b(?=.*commit)|-[a-zA-Z]*n[a-zA-Z]*m?\b(?<=commit.*))|^\s*\w+\s*=\s*!?(?:git )?(?:commit|push)\b.*--no-verify|\b(?:commit|push)\b[^\n|;&]*--no-verify\b|\bHUSKY=0\b|\bHUSKY_SKIP_HOOKS=1\b|\bLEFTHOOK=0\b|\bSKIP=[\w,-]+\s+git\b|-c core\.hooksPath=\/dev\/null/;

function forcesPush(text: string): boolean {
  const push = /\bgit\b(?:\s+-\S+(?:\s+\S+)?)*?\s+push\b([^\n;&|]*)/.exec(text)?.[1];
  if (push === undefined) return false;
  const isForced =
    /\s(?:--force(?:-with-lease(?:=\S+)?)?|-f|-\w*f\w*|--mirror)(?=\s|$)|\s\+\S+/.test(push);
  return (
    isForced &&
    (/--all\b|--mirror\b/.test(push) ||
      new RegExp(`(?:^|[\\s/:+])${DEFAULT_BRANCH.source}(?:$|[\\s:])`).test(push))
  );
}

function pushesDefault(text: string): boolean {
  const push = /\bgit\b(?:\s+-\S+(?:\s+\S+)?)*?\s+push\b([^\n;&|`]*)/.exec(text)?.[1];
  return (
    push !== undefined &&
    !/--delete|--dry-run/.test(push) &&
    /(?:^|[\s:+])(?:HEAD:)?(?:refs\/heads\/)?(?:main|master|production|trunk)(?=$|[\s"'`])/.test(
      push,
    )
  );
}

function hooksPath({ repository, home }: Sights) {
  const [found] = filesIn([repository], /(?:^|\/)\.git\/config$/).flatMap((file) =>
    readIni(file.text ?? "")
      .filter(({ section, key }) => section === "core" && key === "hookspath")
      .map(({ value, line }) => ({ file, value, line })),
  );
  return (
    found ??
    filesIn([home], /^\.gitconfig$/).flatMap((file) =>
      readIni(file.text ?? "")
        .filter(({ section, key }) => section === "core" && key === "hookspath")
        .map(({ value, line }) => ({ file, value, line })),
    )[0]
  );
}

/** A hook that finds something and lets the commit go on all the same. */
function neverFails(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  const lines = linesOf(file).filter(({ text: one }) => !/^\s*#/.test(one));
  const swallowed = lines.find(
    ({ text: one }) =>
      ABOUT_SECRETS.test(one) &&
      /\|\|\s*(?:true|:|exit\s+0|echo\b(?!.*exit [1-9]))\s*(?:[;"'].*)?$/.test(one),
  );
  const fix =
    "let it end with `exit 1` where something is found, or run `sallyport git-hooks install`";
  if (swallowed !== undefined)
    return [lineFault(file, swallowed.line, "whatever is found, the commit goes on", fix)];
  const fails =
    /\bexit\s+(?:[1-9]|"?\$)|\breturn\s+[1-9]|set -\w*e|sys\.exit\((?!0)|process\.exit\((?!0)/.test(
      text,
    );
  const last = lines.filter(({ text: one }) => one.trim() !== "").at(-1);
  const isTool =
    last !== undefined &&
    /^\s*(?:exec\s+)?(?:npx\s+)?(?:gitleaks|detect-secrets|trufflehog|git-secrets|git secrets|secretlint|sallyport|pre-commit|lint-staged|npm|pnpm|yarn|python3?|bash|sh|\.|node)\b/.test(
      last.text,
    ) &&
    !/\|\|/.test(last.text);
  if (fails || isTool) {
    const undone = /\bexit\s+[1-9]/.test(text)
      ? undefined
      : lines.find(
          ({ text: one }) =>
            /^\s*exit\s+0\s*$/.test(one) && /set -\w*e/.test(text) === false && !isTool,
        );
    return undone === undefined
      ? []
      : [lineFault(file, undone.line, "whatever is found, the commit goes on", fix)];
  }
  return [lineFault(file, last?.line ?? 1, "whatever is found, the commit goes on", fix)];
}

/** Patterns that were measured to miss what they are for (X.21, X.22). */
function isBrokenPattern(text: string, whole: string): boolean {
  const isGrep = /grep|PATTERN|REGEX|=~|'[^']*\|[^']*'|"[^"]*\|[^"]*"/i.test(text);
  if (!isGrep) return false;
  const isPerl = /grep\s+(?:-\w+\s+)*-\w*P|--perl-regexp|rg\b|python|node/.test(whole);
  return (
    /mongodb\+srv:/.test(text.replaceAll("\\+", "")) ||
    (!isPerl && /\[[^\]]*\\s[^\]]*\]/.test(text)) ||
    (!isPerl && /\\d[{+*]/.test(text)) ||
    /PRIVATE\.\*KEY/.test(text) ||
    (!isPerl && /\(\?[:=!<i]/.test(text))
  );
}

const DECLARED = /^(?:main|master|~DEFAULT_BRANCH|refs\/heads\/(?:main|master)|default)$/;

function declaredFaults(file: SeenFile, reading: ReturnType<Sights["yaml"]>): readonly Fault[] {
  if (reading.kind === "fault") return [];
  const say = (path: readonly (string | number)[], message: string) =>
    lineFault(
      file,
      reading.place(path).line,
      message,
      "require one approval of a code owner, and forbid force pushes and deletions",
    );
  const branches = list(member(reading.value, "branches"));
  return [
    ...branches.flatMap((branch, index) => {
      if (!DECLARED.test(wordOf(member(branch, "name") ?? member(branch, "pattern")))) return [];
      return protectionFaults(member(branch, "protection"), ["branches", index, "protection"], say);
    }),
    ...rulesetFaults(reading.value, say),
    ...(member(reading.value, "required_pull_request_reviews") !== undefined ||
    member(reading.value, "allow_force_pushes") !== undefined
      ? protectionFaults(reading.value, [], say)
      : []),
  ];
}

type Say = (path: readonly (string | number)[], message: string) => Fault;

function protectionFaults(
  protection: unknown,
  path: readonly (string | number)[],
  say: Say,
): readonly Fault[] {
  if (protection === null || protection === undefined)
    return [say(path, "the default branch is not protected")];
  const reviews = member(protection, "required_pull_request_reviews");
  const count = member(reviews, "required_approving_review_count");
  const force = member(protection, "allow_force_pushes");
  const isForced = force === true || member(force, "enabled") === true;
  return [
    ...(reviews === null || reviews === undefined || reviews === false || count === 0
      ? [
          say(
            [...path, "required_pull_request_reviews"],
            "changes come into the default branch without a review",
          ),
        ]
      : []),
    ...(isForced
      ? [say([...path, "allow_force_pushes"], "force pushes to the default branch are let through")]
      : []),
  ];
}

/** Rulesets as the forge exports them: rules about the default branch without a review, or that let force pushes through. */
function rulesetFaults(value: unknown, say: Say): readonly Fault[] {
  if (member(value, "target") !== "branch" && member(value, "rules") === undefined) return [];
  const included = list(member(member(member(value, "conditions"), "ref_name"), "include")).map(
    String,
  );
  const rules = list(member(value, "rules"));
  if (rules.length === 0 && included.length === 0) return [];
  if (included.length > 0 && !included.some((one) => DECLARED.test(one) || one === "~ALL"))
    return [];
  const types = rules.map((rule) => member(rule, "type"));
  const index = types.indexOf("pull_request");
  const parameters = member(rules[index], "parameters");
  const enforcement = member(value, "enforcement");
  return [
    ...(enforcement !== undefined && enforcement !== "active"
      ? [say(["enforcement"], "the ruleset is not in force")]
      : []),
    ...(index === -1 || member(parameters, "required_approving_review_count") === 0
      ? [say(["rules"], "changes come into the default branch without a review")]
      : []),
    ...(types.includes("non_fast_forward")
      ? []
      : [say(["rules"], "force pushes to the default branch are let through")]),
  ];
}

function terraformFaults(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  if (!/resource\s+"github_(?:branch_protection|repository_ruleset)/.test(text)) return [];
  const start =
    linesOf(file).find(({ text: one }) => /resource\s+"github_branch_protection/.test(one))?.line ??
    1;
  const bad = linesOf(file).filter(({ text: one }) =>
    /^\s*(?:allows_force_pushes|allow_force_pushes)\s*=\s*true|required_approving_review_count\s*=\s*0/.test(
      one,
    ),
  );
  const fix = "require one approval, and set `allows_force_pushes = false`";
  return [
    ...bad.map(({ line }) =>
      lineFault(
        file,
        line,
        "the default branch takes changes without a review, or force pushes",
        fix,
      ),
    ),
    ...(/github_branch_protection/.test(text) && !/required_pull_request_reviews/.test(text)
      ? [lineFault(file, start, "changes come into the branch without a review", fix)]
      : []),
  ];
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

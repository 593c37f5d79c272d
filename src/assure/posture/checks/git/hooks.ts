// Whether hooks of git run, can stop a commit, and look at every file for what they are meant to find.
import { type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import { memberOf } from "#govern/settings/json-text.ts";
import { executableEvidence, executableFix } from "../../executable.ts";
import { expecting, filesIn, lineFault, linesOf, scalarOf } from "../../looking.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { listedHooks, RUNNERS, runnerLines } from "./hook-lists.ts";
import { isBrokenGrep } from "./hook-patterns.ts";
import { splittingLines } from "./hook-names.ts";
import { declaredHooksPath, hooksPath } from "./hooks-path.ts";
import {
  SCANNERS,
  scansIn,
  passes,
  forgivenLines,
  isToothless,
  leftOutLines,
  endsInsidePipe,
  isBrokenEntry,
  warnsOnly,
  neverFails,
  passedOver,
  callsToothless,
  onlyByHand,
  isBrokenPattern,
  ABOUT_SECRETS,
} from "./hook-guards.ts";

const HOOK_NAMES =
  "applypatch-msg|commit-msg|fsmonitor-watchman|post-checkout|post-commit|post-merge|post-rewrite|post-update|pre-applypatch|pre-commit|pre-merge-commit|pre-push|pre-rebase|pre-receive|prepare-commit-msg|push-to-checkout|update";
const HOOK = new RegExp(
  `(?:^|/)(?:\\.git/hooks|\\.githooks|githooks|\\.husky|hooks)/(?:${HOOK_NAMES})$`,
);
const NAMED_HOOK = new RegExp(`/(?:${HOOK_NAMES})$`);

const gitHooks = (auditInputs: AuditInputs) => {
  const told = auditInputs.git.kind === "seen" ? auditInputs.git.value.hooks : [];
  const known = new Set(told.map(({ path }) => path));
  const folder = folderOfHooks(auditInputs);
  const named = filesIn([auditInputs.repository, auditInputs.home], NAMED_HOOK).filter(
    ({ path, place }) =>
      folder !== "" &&
      path.startsWith(`${folder.replace(/^~\//, "")}/`) &&
      (place === "home") === folder.startsWith("~/"),
  );
  const usual = filesIn([auditInputs.repository], HOOK).filter((file) => !named.includes(file));
  return [...told, ...[...named, ...usual].filter(({ path }) => !known.has(path))].filter(
    ({ path }) => !path.endsWith(".sample"),
  );
};
/** The folder that git is told to take hooks from, as it is written without what is around it. */
const folderOfHooks = (auditInputs: AuditInputs): string =>
  (hooksPath(auditInputs)?.value ?? declaredHooksPath(auditInputs)?.value ?? "")
    .replace(/^\.\//, "")
    .replace(/\/$/, "");
const secretHooks = (auditInputs: AuditInputs) =>
  gitHooks(auditInputs).filter(
    ({ text = "", path }) =>
      /pre-commit|pre-push|commit-msg/.test(path) && ABOUT_SECRETS.test(text),
  );

/** Checks of the family `git` about hooks. */
export const hookLooks: Looks = {
  "hook-not-executable": (auditInputs) => {
    const isOldHusky = runsHuskyDirectly(auditInputs);
    const hooks = gitHooks(auditInputs).filter(
      ({ path }) => isOldHusky || !path.startsWith(".husky/"),
    );
    if (hooks.length === 0) return notApplicable("there are no hooks of git");
    const told = hooks.filter(({ mode }) => mode !== undefined);
    if (told.length === 0) return unseen("nobody told the rights of git's hooks");
    return verdict(
      hooks.map(({ shown }) => shown),
      told
        .filter(
          ({ mode = 0, path }) =>
            (mode & 0o111) === 0 &&
            (/^\.(?:git|husky)\//.test(path) ||
              /^\.?githooks\//.test(path) ||
              folderOfHooks(auditInputs) !== ""),
        )
        .map((file) => ({
          file: file.shown,
          evidence: executableEvidence(file),
          message: "the hook has no execute bit, so git passes it over",
          fix: executableFix(file),
        })),
    );
  },
  "hook-never-fails": (auditInputs) => {
    const hooks = secretHooks(auditInputs);
    const runners = filesIn([auditInputs.repository], RUNNERS).filter(({ text = "" }) =>
      SCANNERS.test(text),
    );
    const listed = listedHooks(auditInputs).filter(({ command }) => SCANNERS.test(command));
    const late = gitHooks(auditInputs).filter(
      ({ path, text = "" }) => /post-(?:commit|merge|checkout)$/.test(path) && scansIn(text),
    );
    if (hooks.length + runners.length + listed.length + late.length === 0)
      return notApplicable("no hook of git looks for secrets");
    return verdict(
      [...new Set([...hooks, ...runners, ...listed.map(({ file }) => file), ...late])].map(
        ({ shown }) => shown,
      ),
      [
        ...hooks.flatMap((file) => neverFails(file)),
        ...hooks.flatMap((file) => callsToothless(file, auditInputs)),
        ...hooks.flatMap((file) => passedOver(file)),
        ...runners.flatMap((file) => onlyByHand(file).map((line) => passes(file, line))),
        ...runners.flatMap((file) => forgivenLines(file).map((line) => passes(file, line))),
        ...runners.flatMap((file) => warnsOnly(file).map((line) => passes(file, line))),
        ...runners.flatMap((file) => leftOutLines(file).map((line) => passes(file, line))),
        ...listed
          .filter(
            ({ command, isForgiven, event }) =>
              isForgiven ||
              event.startsWith("post-") ||
              isToothless(command, command) ||
              /(?:\|\|\s*(?:true|:|exit 0|echo\b[^|&]*)|[^&>]&)\s*$/.test(command),
          )
          .map(({ file, line }) => passes(file, line)),
        ...(hooks.length + runners.length + listed.length === 0
          ? late.map((file) => passes(file, 1))
          : []),
        ...hooks.flatMap((file) => endsInsidePipe(file)),
      ],
    );
  },
  "hook-broken-patterns": (auditInputs) => {
    const hooks = [
      ...secretHooks(auditInputs),
      ...gitHooks(auditInputs).filter(({ text = "" }) =>
        /grep[^\n]*(?:\.pem|\.key|\.env|id_rsa)/.test(text),
      ),
      ...filesIn([auditInputs.repository], /(?:secret|scan)[\w-]*\.(?:sh|bash|py|[cm]?js)$/),
    ];
    const runners = filesIn([auditInputs.repository], RUNNERS).filter(({ text = "" }) =>
      ABOUT_SECRETS.test(text),
    );
    const listed = listedHooks(auditInputs);
    if (hooks.length + runners.length + listed.length === 0)
      return notApplicable("no hook of git looks for secrets");
    const say = (file: SeenFile, line: number) =>
      lineFault(
        file,
        line,
        "the pattern does not match what it is for",
        "take the scan out of the hook and run `sallyport git-hooks install`, whose detectors are tried on labelled lines",
      );
    return verdict(
      [...new Set([...hooks, ...runners, ...listed.map(({ file }) => file)])].map(
        ({ shown }) => shown,
      ),
      [
        ...[...new Set(hooks)].flatMap((file) =>
          linesOf(file)
            .filter(({ text }) => !/^\s*#/.test(text) && isBrokenPattern(text, file.text ?? ""))
            .map(({ line }) => say(file, line)),
        ),
        ...runners.flatMap((file) =>
          runnerLines(file)
            .filter(({ text }) => isBrokenGrep(text) || isBrokenEntry(text, file.text ?? ""))
            .map(({ line }) => say(file, line)),
        ),
        ...listed
          .filter(({ command }) => isBrokenGrep(command))
          .map(({ file, line }) => say(file, line)),
      ],
    );
  },
  "hook-splits-names": (auditInputs) => {
    const hooks = gitHooks(auditInputs);
    const runners = filesIn([auditInputs.repository], RUNNERS);
    const listed = listedHooks(auditInputs);
    if (hooks.length + runners.length + listed.length === 0)
      return notApplicable("there are no hooks of git");
    const say = (file: SeenFile, line: number) =>
      lineFault(
        file,
        line,
        "names of files with spaces are split, and such files are not looked at",
        "write `git diff --cached --name-only -z | xargs -0 ...`, or take the scan out and run `sallyport git-hooks install`",
      );
    return verdict(
      [...hooks, ...runners].map(({ shown }) => shown),
      [
        ...hooks.flatMap((file) => splittingLines(linesOf(file)).map((line) => say(file, line))),
        ...runners.flatMap((file) =>
          splittingLines(runnerLines(file)).map((line) => say(file, line)),
        ),
        ...listed
          .filter(({ command, line }) => splittingLines([{ line, text: command }]).length > 0)
          .map(({ file, line }) => say(file, line)),
      ],
    );
  },
  "hooks-path-missing": (auditInputs) => {
    const path = hooksPath(auditInputs) ?? declaredHooksPath(auditInputs);
    if (path === undefined) return notApplicable("`core.hooksPath` is not set");
    const { file, line, value } = path;
    if (value === "/dev/null")
      return verdict(
        [file.shown],
        [lineFault(file, line, "no hook of git runs", "git config --unset core.hooksPath")],
      );
    const tree = value.startsWith("~/") ? auditInputs.home : auditInputs.repository;
    if (/^(?:~[^/]|\/|\$)/.test(value))
      return unseen("`core.hooksPath` lies outside of the repository", [file.shown]);
    const folder = `${value.replace(/^(?:\.|~)\//, "").replace(/\/$/, "")}/`;
    // Husky makes its own folder when it is installed.
    if (/^\.husky\/_\/$|^\.git\//.test(folder)) return verdict([file.shown], []);
    const isThere = [...tree.files.keys()].some((one) => one.startsWith(folder));
    if (!isThere && !tree.isWhole)
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
  "no-pre-push": expecting(
    (auditInputs) => [
      ...gitHooks(auditInputs)
        .filter(({ path }) => path.endsWith("pre-push"))
        .map(({ shown }) => shown),
      ...filesIn(
        [auditInputs.repository],
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

/** Up to its version 8, husky has git run the files of `.husky/` themselves; since 9 it reads them with `sh`. */
function runsHuskyDirectly({ repository, json }: AuditInputs): boolean {
  return filesIn([repository], /^package\.json$/).some((file) => {
    const kinds = ["devDependencies", "dependencies"].map((kind) => memberOf(json(file), kind));
    return kinds.some((node) =>
      /^[\^~]?[4-8](?:\.|$)/.test(String(scalarOf(memberOf(node, "husky")) ?? "")),
    );
  });
}

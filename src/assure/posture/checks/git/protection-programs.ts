// Protection of branches that programs, calls of a forge's interface and tools of their own declare.
import { bracketed } from "#guard/effects/languages/syntax/program-text.ts";
import type { Fault } from "../../check.ts";
import { filesIn, lineFault, linesOf } from "../../looking.ts";
import { operationFiles, scriptFiles } from "../../scripts-seen.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { weakSpots, weakWord } from "./protection-words.ts";

export const DECLARES =
  /(?:^|\/)\.asf\.yaml$|(?:^|\/)\.github\/(?:(?:repos|suborgs)\/.*|safe-settings.*|settings|branch-protection\w*|rulesets?\/.*|.*protection.*)\.(?:ya?ml|json)$|\.tf(?:\.json)?$|(?:^|\/)(?:rulesets?|branch-protection)[\w.-]*\.(?:json|ya?ml)$/;

/** Resources of programs that set a forge up: Pulumi and the like, in any of their languages. */
export const PROGRAM =
  /\b(?:github|gitlab|gh|gl)\.(?:New)?(?:BranchProtection(?:V3)?|RepositoryRuleset|OrganizationRuleset)\s*\(|\borgs\.new(?:BranchProtectionRule|(?:Repo|Org)Ruleset)\(|\bnew\s+\w+\.(?:BranchPolicyMinReviewers|BranchRestriction)\s*\(|\bnew\s+(?:BranchProtection(?:V3)?|RepositoryRuleset|OrganizationRuleset)\s*\(|\btype:\s*["']?git(?:hub|lab):(?:index[/:])?\w*(?:BranchProtection|Ruleset)/;

export function programs(auditInputs: AuditInputs): readonly SeenFile[] {
  return filesIn(
    [auditInputs.repository],
    /\.(?:[cm]?[jt]s|py|go|cs|ya?ml|jsonnet|libsonnet)$/,
  ).filter(({ path, text = "" }) => !DECLARES.test(path) && PROGRAM.test(text ?? ""));
}

/** What a program declares, by the words of its resources. */
export function programFaults(file: SeenFile): readonly Fault[] {
  const text = file.text ?? "";
  return [...text.matchAll(new RegExp(PROGRAM, "g"))].flatMap(({ index, 0: head }) => {
    const isJsonnet = head.startsWith("orgs.");
    const after = text.slice(index + head.length);
    const curly = /^[^)]*\)\s*\{/.exec(after);
    const body = isJsonnet
      ? curly === null
        ? ""
        : bracketed(text, index + head.length + curly[0].length - 1)
      : head.endsWith("(")
        ? bracketed(text, index + head.length - 1)
        : (/^[^]*?(?=\n\s{0,2}\S+:\s*\n\s+type:|$)/.exec(text.slice(index))?.[0] ?? "");
    const named = /\b(?:pattern|branch)["']?\s*[:=]\s*(?:\w+\.String\()?["'`]([^"'`]+)/i.exec(
      body,
    )?.[1];
    if (named !== undefined && !/^(?:main|master|trunk|develop|production|\*|~)/.test(named))
      return [];
    if (/\btarget["']?\s*[:=]\s*(?:\w+\.String\()?["']tag/i.test(body)) return [];
    const branch = isJsonnet ? /^\s*["']([^"']*)/.exec(after)?.[1] : undefined;
    if (branch !== undefined && !/^(?:main|master|trunk|\*|\$)/.test(branch)) return [];
    const isOpen =
      weakWord(body) !== undefined ||
      /\ballows?_?force_?push(?:es)?["']?\s*[:=]\s*(?:\w+\.Bool\()?true/i.test(body) ||
      /required_?approving_?review_?count["']?\s*[:=]\s*(?:\w+\.Int\()?0\b/i.test(body) ||
      /\benforcement["']?\s*[:=]\s*(?:\w+\.String\()?["'](?:evaluate|disabled)/i.test(body) ||
      /\bpush_?access_?level["']?\s*[:=]\s*(?:\w+\.String\()?["']developer/i.test(body);
    const asks =
      isJsonnet ||
      /gitlab|Policy|Restriction/i.test(head) ||
      /required_?pull_?request_?reviews|\bpull_?request["']?\s*[:=]/i.test(body);
    if (!isOpen && asks) return [];
    const line = text.slice(0, index).split("\n").length;
    return [
      lineFault(
        file,
        line,
        "the default branch takes changes without a review, or force pushes",
        "require one approval of a code owner, and let no force push through",
      ),
    ];
  });
}

/** Scripts that speak to a forge about the protection of branches. */
export const CALLS =
  /\/protection\b|\b(?:protected_?branches|branch_protections)\b|\/rulesets\b|[uU]pdateBranchProtection|\b(?:edit|remove)_protection\(|\baz repos policy approver-count\b/;

/** Calls of a forge's interface by which a script takes the protection of the default branch away. */
export function calledFaults(file: SeenFile): readonly Fault[] {
  const text = (file.text ?? "").replaceAll(/^[ \t]*#[^\n]*/gm, (line) => " ".repeat(line.length));
  const at =
    /\bbranches\/(?:main|master|trunk|["']?\$[{(]?\w+[})]?["']?|\{\w+\})\/protection\b|\b(?:protected_?branches|branch_protections)\b|[uU]pdateBranchProtection|\b(?:edit|remove)_protection\(|\baz repos policy approver-count (?:create|update)\b|\/rulesets\b(?=[^]*"(?:rules|enforcement)")|\/rulesets\/["']?[\w${}]+(?=[^\n]*\benforcement=)|\bDELETE\b[^\n]*\/rulesets\/|\/rulesets\/[^\n]*\bDELETE\b/.exec(
      text,
    );
  if (at === null) return [];
  if (/^DELETE|^\/rulesets/.test(at[0])) {
    const isWeak =
      /\bDELETE\b/.test(at[0]) ||
      /\benforcement=["']?(?:disabled|evaluate)\b/.test(text) ||
      /"enforcement"\s*:\s*"(?:disabled|evaluate)"/.test(text) ||
      (/"rules"\s*:/.test(text) &&
        !/"target"\s*:\s*"tag"/.test(text) &&
        !/"pull_request"/.test(text)) ||
      /"required_approving_review_count"\s*:\s*0\b/.test(text);
    if (!isWeak) return [];
  }
  const line = text.slice(0, at.index).split("\n").length;
  const isOpen =
    /^DELETE|^\/rulesets|^remove_protection/.test(at[0]) ||
    weakWord(text) !== undefined ||
    /\bDELETE\s+\S*\/(?:protection|protected_branches|branch_protections|rulesets)\b/.test(text) ||
    /["']?required_pull_request_reviews["']?\s*[:=]\s*(?:null|None)|["']?allow_force_push(?:es)?["']?\s*[:=]\s*(?:true|True)|["']?required_approving_review_count\]?["']?\s*[:=]\s*0\b/.test(
      text,
    ) ||
    /\bpush_access_level["']?\s*[:=]\s*(?:[\w.]+\.)?["']?(?:30|developer|DEVELOPER(?:_ACCESS)?)\b/.test(
      text,
    ) ||
    /\bapprover-count\b[^\n]*(?:--blocking[= ]false|--enabled[= ]false|--minimum-approver-count[= ]0)/.test(
      text,
    ) ||
    /(?:-X|--method|--request)[= ]?["']?DELETE\b[^\n]*(?:protected_branches|branch_protections)\b|(?:protected_branches|branch_protections)\b[^\n]*(?:-X|--method|--request)[= ]?["']?DELETE\b/.test(
      text,
    ) ||
    /(?:-X|--method)[= ]?["']?DELETE\b[^\n]*protection\b|protection\b[^\n]*(?:-X|--method)[= ]?["']?DELETE\b/.test(
      text,
    );
  return isOpen
    ? [
        lineFault(
          file,
          line,
          "the script leaves the default branch without reviews, or open to force pushes",
          "require one approval, and forbid force pushes",
        ),
      ]
    : [];
}

/** Declarations of tools that set a forge up, by what their files hold. */
export function ofTools({ repository }: AuditInputs): readonly SeenFile[] {
  return filesIn([repository], /\.(?:ya?ml|json|config|conf)$/).filter((file) => isOfTool(file));
}

const TOOL_WORDS =
  /\bbranch[-_]?protections?\b|protected_branch(?:es)?\b|\bprojects_and_groups\b|\bBranchProtection\b|\brequired_pull_request_reviews\b|\b(?:enforceDefault|requireApproval)\b|"isBlocking"|^[ \t]*approval_rules:/m;
const GIT_SERVERS = /(?:^|\/)(?:gitolite\.conf|project\.config)$/;

export function isOfTool({ path, text = "" }: SeenFile): boolean {
  if (GIT_SERVERS.test(path)) return true;
  return (
    /\.(?:ya?ml|json)$/.test(path) &&
    !DECLARES.test(path) &&
    !/(?:^|\/)(?:\.github\/workflows\/|package\.json$|\.gitlab-ci\.ya?ml$)/.test(path) &&
    TOOL_WORDS.test(text) &&
    !PROGRAM.test(text)
  );
}

/** Faults of such a declaration: by the words that all share, and of git's own servers by their lines. */
export function toolFaults(
  file: SeenFile,
  reading: ReturnType<AuditInputs["yaml"]>,
): readonly Fault[] {
  const fix = "require one approval, and let no force push through";
  if (GIT_SERVERS.test(file.path))
    return serverLines(file).map((line) =>
      lineFault(file, line, "whoever may write replaces the default branch without a review", fix),
    );
  if (reading.kind === "fault") return [];
  return [reading.value, ...reading.more].flatMap((value) =>
    weakSpots(value).map(({ path, message }) =>
      lineFault(file, reading.place(path).line, message, fix),
    ),
  );
}

/** Lines of gitolite and Gerrit that let everybody push to all branches, or to the default one. */
function serverLines(file: SeenFile): readonly number[] {
  let isShared = false;
  return linesOf(file).flatMap(({ text, line }) => {
    const access = /^\s*\[access "([^"]*)"\]/.exec(text)?.[1];
    if (access !== undefined) isShared = /refs\/(?:heads\/)?(?:\*|main|master)$/.test(access);
    else if (/^\s*\[/.test(text)) isShared = false;
    const isGerrit =
      isShared &&
      /^\s*push\s*=\s*(?:\+force\s+)?group\s+(?:Registered Users|Anonymous)/i.test(text);
    const isGitolite =
      /^\s*RW\+\w*(?:\s+(?:refs\/heads\/)?(?:main|master)\$?)?\s*=\s*.*@(?:all|developers?|devs?|staff|everyone)\b/.test(
        text,
      );
    return isGerrit || isGitolite ? [line] : [];
  });
}

/** Scripts and pipelines that speak to a forge about the protection of branches. */
export function calling(auditInputs: AuditInputs): readonly SeenFile[] {
  const pipelines = filesIn(
    [auditInputs.repository],
    /(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$|(?:^|\/)\.gitlab-ci\.ya?ml$/,
  );
  return [
    ...new Set([...scriptFiles(auditInputs), ...operationFiles(auditInputs), ...pipelines]),
  ].filter((file) => CALLS.test(file.text ?? "") && !DECLARES.test(file.path) && !isOfTool(file));
}

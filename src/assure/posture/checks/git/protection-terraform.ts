// What Terraform declares of the protection of branches, on every forge that has a provider.
import { bracketed } from "#guard/effects/languages/syntax/program-text.ts";
import type { Fault } from "../../check.ts";
import { filesIn, lineFault } from "../../looking.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";

/** Resources of Terraform that protect branches; modules and locals, whose words go into such. */
const RESOURCE =
  /^[ \t]*(?:resource\s+"(github_branch_protection\w*|github_repository_ruleset|github_organization_ruleset|gitlab_branch_protection|gitlab_project_approval_rule|gitlab_project_level_mr_approvals|gitea_repository_branch_protection|bitbucket_branch_restriction|azuredevops_branch_policy_min_reviewers)"\s+"[^"]*"|module\s+"[^"]*"|locals)\s*\{/gm;
const NO_DEFAULT =
  /^[ \t]*(?:pattern|branch|rule_name|repository_ref)\s*=\s*"(?!(?:refs\/heads\/)?(?:main|master|trunk|develop|production)"|\*|default|\$\{)[^"]+"/m;

/** Words that leave a branch open, as they are assigned. */
const OPEN =
  /^[ \t]*(?:(?:allows?|enable)_force_push(?:es)?\s*=\s*true|(?:required_approving_review_count|required_approvals|approvals_required|approvals_before_merge|reviewer_count)\s*=\s*0\b|enforcement\s*=\s*"(?:evaluate|disabled)"|push_access_level\s*=\s*"developer"|blocking\s*=\s*false|enabled\s*=\s*false|(?:submitter_can_vote|merge_requests_author_approval)\s*=\s*true)/gm;

/** Faults of a file of Terraform; variables count with their defaults and with what files of values give them. */
export function terraformFaults(file: SeenFile, auditInputs: AuditInputs): readonly Fault[] {
  const text = withVariables(file.text ?? "", auditInputs);
  return [...text.matchAll(RESOURCE)].flatMap(({ index, 0: head, 1: kind = "" }) => {
    const body = bracketed(text, index + head.length - 1);
    // Another branch than the one that all work from, or a ruleset about others, may be as open as its owner likes.
    const included = /\binclude\s*=\s*\[([^\]]*)\]/.exec(body)?.[1];
    const isOther =
      NO_DEFAULT.test(body) ||
      /^[ \t]*target\s*=\s*"tag"/m.test(body) ||
      (included !== undefined && !/DEFAULT_BRANCH|~ALL|main|master|\$\{|var\./.test(included));
    if (isOther) return [];
    const line = (at: number): number => text.slice(0, at).split("\n").length;
    const fix = "require one approval, and set `allows_force_pushes = false`";
    const isOwn = kind !== "";
    // Elsewhere `enabled = false` and the like are about something else.
    if (!isOwn && !/protect|ruleset/i.test(body)) return [];
    const open = [
      ...[...body.matchAll(OPEN)].filter(
        ({ 0: word }) => kind.startsWith("azuredevops") || !/(?:blocking|enabled)\s*=/.test(word),
      ),
      ...(kind.startsWith("gitea") &&
      /^[ \t]*enable_push\s*=\s*true/m.test(body) &&
      !/push_whitelist\w*\s*=\s*(?!false)/.test(body)
        ? body.matchAll(/^[ \t]*enable_push\s*=/gm)
        : []),
      ...(kind.endsWith("ruleset") ? openRuleset(body) : []),
      ...body.matchAll(
        /^[ \t]*(?:force_push_bypassers|pull_request_bypassers)\s*=\s*\[[^\]]*\b(?:everyone|all|dev(?:eloper)?s?|engineers?|engineering|contributors|members|staff)\b/gm,
      ),
      ...(/kind\s*=\s*"require_approvals_to_merge"/.test(body)
        ? body.matchAll(/^[ \t]*value\s*=\s*0\b/gm)
        : []),
    ].map((match) =>
      lineFault(
        file,
        line(index + head.length + match.index + (/^\s*/.exec(match[0])?.[0].length ?? 0)),
        "the default branch takes changes without a review, or force pushes",
        fix,
      ),
    );
    const asks = !kind.startsWith("github")
      ? true
      : kind.endsWith("ruleset")
        ? /\bpull_request\s*\{/.test(body)
        : /required_pull_request_reviews/.test(body);
    return asks
      ? open
      : [
          ...open,
          lineFault(file, line(index), "changes come into the branch without a review", fix),
        ];
  });
}

/** A ruleset that whoever may write goes around, that leaves the default branch out, or that lets force pushes through. */
function openRuleset(body: string): readonly RegExpExecArray[] {
  const actors = [...body.matchAll(/^[ \t]*bypass_actors\s*\{[^}]*\}/gm)].filter(
    ([actor]) =>
      /"RepositoryRole"/.test(actor) &&
      /actor_id\s*=\s*[134]\b/.test(actor) &&
      !/"pull_request"/.test(actor),
  );
  return [
    ...actors,
    ...body.matchAll(
      /^[ \t]*exclude\s*=\s*\[[^\]]*(?:~DEFAULT_BRANCH|"(?:refs\/heads\/)?(?:main|master)")/gm,
    ),
    ...body.matchAll(/^[ \t]*non_fast_forward\s*=\s*false/gm),
  ];
}

/** A text with the values of its variables where they are plain. */
function withVariables(text: string, { repository }: AuditInputs): string {
  if (!/\bvar\.\w/.test(text)) return text;
  const files = filesIn([repository], /\.(?:tf|tfvars)$/).map(({ path, text: one = "" }) => ({
    isValues: path.endsWith(".tfvars"),
    one: one ?? "",
  }));
  const valueOf = (name: string): string | undefined =>
    files
      .map(({ isValues, one }) =>
        isValues
          ? new RegExp(`^[ \\t]*${name}\\s*=\\s*("[^"]*"|\\w+)`, "m").exec(one)?.[1]
          : new RegExp(`variable\\s+"${name}"\\s*\\{[^}]*?\\bdefault\\s*=\\s*("[^"]*"|\\w+)`).exec(
              one,
            )?.[1],
      )
      .findLast((one) => one !== undefined);
  return text.replaceAll(
    /\bvar\.(\w+)\b(?![.[])/g,
    (found, name: string) => valueOf(name) ?? found,
  );
}

/** The same resources where Terraform's text is JSON. */
export function terraformJsonFaults(file: SeenFile): readonly Fault[] {
  const found =
    /"allows?_force_push(?:es)?"\s*:\s*true|"required_approving_review_count"\s*:\s*0\b|"enforcement"\s*:\s*"(?:evaluate|disabled)"|"push_access_level"\s*:\s*"developer"/.exec(
      file.text ?? "",
    );
  if (
    found === null ||
    !/"(?:github_branch_protection\w*|git\w+_ruleset|gitlab_branch_protection)"/.test(
      file.text ?? "",
    )
  )
    return [];
  return [
    lineFault(
      file,
      (file.text ?? "").slice(0, found.index).split("\n").length,
      "the default branch takes changes without a review, or force pushes",
      "require one approval, and let no force push through",
    ),
  ];
}

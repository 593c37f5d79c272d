// Where steps of a pipeline bring in code of others: of requests, of forks, of the run that started them.
import type { Setting, Step } from "../../pipeline/pipeline.ts";

/** The code of whoever opened the request. */
const HEAD =
  /github\.event\.pull_request\.(?:head\.(?:sha|ref|label|repo\.(?:full_name|clone_url|ssh_url|git_url|html_url))|merge_commit_sha)|github\.head_ref|refs\/pull\/\$\{\{|github\.event\.(?:number|pull_request\.number|issue\.number)[^}]*\}\}\/(?:head|merge)|github\.event\.workflow_run\.(?:head_sha|head_branch|head_commit\.id|head_repository\.(?:full_name|clone_url))/;
const CHECKOUT = /^actions\/checkout@/;

/** Where a step brings a stranger's code in. */
export function checksOutHead(step: Step, around: readonly Setting[] = []) {
  const named = [...around, ...step.environment]
    .filter(({ value }) => HEAD.test(value))
    .map(({ name }) => name);
  if (CHECKOUT.test(step.uses?.text ?? "")) {
    const from = step.inputs.find(
      ({ name, value }) =>
        (name === "ref" || name === "repository") &&
        (HEAD.test(value) || named.some((one) => value.includes(`env.${one}`))),
    );
    return from?.at;
  }
  for (const script of step.scripts) {
    const found =
      /\b(?:gh|hub)\s+pr\s+checkout\b|\bgit\s+(?:-\S+\s+)*(?:fetch|pull|checkout|clone|switch|reset|worktree)\b[^\n]*(?:refs\/pull\/|pull\/\$|head_ref|head\.(?:ref|sha|label|repo)|workflow_run\.head)/.exec(
        script.text,
      ) ??
      (named.length === 0
        ? null
        : new RegExp(
            `\\bgit\\s+(?:-\\S+\\s+)*(?:pull|checkout|clone|switch|reset|worktree)\\b[^\\n]*\\$\\{?(?:${named.join("|")})\\b`,
          ).exec(script.text));
    if (found !== null) return script.place(found.index);
  }
  return undefined;
}

/** Whether steps bring commits of other repositories or of requests in. */
export function fetchesForeign(steps: readonly Step[]): boolean {
  return steps.some(
    (step) =>
      (CHECKOUT.test(step.uses?.text ?? "") && checksOutHead(step) !== undefined) ||
      step.scripts.some(({ text }) =>
        /\b(?:gh|hub)\s+pr\s+checkout\b|pull\/|\bgit\s+(?:-\S+\s+)*(?:remote\s+add|clone|pull|fetch)\b[^\n]*(?:\$|head)/.test(
          text,
        ),
      ),
  );
}

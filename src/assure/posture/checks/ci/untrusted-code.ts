// Pipelines that strangers start: what they check out, what is filled into their commands, and on which machines they run.
import type { Fault, Looks } from "../../check.ts";
import type { Job, Pipeline, Step } from "../../pipeline/pipeline.ts";
import { checksOutHead, fetchesForeign } from "./foreign-checkouts.ts";
import { refusesForks } from "./own-protection.ts";
import { isWorthTaking } from "./worth.ts";
import { type AgentInput, faultAt, overPipelines, type SeenPipelines } from "./seen-pipelines.ts";

/** Events that give the repository's own rights and secrets to a run that a stranger starts. */
const PRIVILEGED = /^(?:pull_request_target|workflow_run|issue_comment)$/;
/** Events that people without any right here bring about. */
export const OUTSIDERS =
  /^(?:pull_request|pull_request_target|issue_comment|issues|merge_request|pr|change_request|workflow_run|discussion|discussion_comment|fork)$/;
/** Conditions that let only people in who may write here, or only the repository's own branches. */
const GUARDED =
  /author_association|head\.repo\.(?:full_name|fork)|head_repository\.(?:full_name|owner\.login|id)\s*==|workflow_run\.event\s*==\s*["'](?:push|schedule|release|workflow_dispatch)["']|\.fork\b|github\.repository_owner|(?:github\.(?:triggering_)?actor|sender\.login|user\.login)\s*==|contains\([^=]*(?:github\.(?:triggering_)?actor|sender\.login|user\.login)\b|needs\.[\w-]+\.outputs\.[\w-]*(?:allow|auth|trust|permi|member|write|ok\b)|github\.event\.label\.name|labels\.\*\.name/;

/** Texts of an event that a stranger writes (GitHub's list of untrusted input). */
const WRITTEN_BY_STRANGERS =
  /github\.(?:head_ref\b|event\.(?:issue\.(?:title|body)|pull_request\.(?:title|body|head\.(?:ref|label|repo\.default_branch))|comment\.body|review\.body|review_comment\.body|discussion\.(?:title|body)|pages\.\S*?page_name|commits\S*?\.(?:message|author\.(?:email|name))|head_commit\.(?:message|author\.(?:email|name))|workflow_run\.(?:head_branch|display_title|head_commit\.message|head_repository\.description)|milestone\.(?:title|description)|release\.body)|event\s*\)|event\.(?:issue|pull_request|comment|review|discussion|head_commit|commits)\s*\))/;
/** The same in the other systems, which fill them into the text of a command. */
const FILLED_IN: Readonly<Partial<Record<Pipeline["platform"], RegExp>>> = {
  azure:
    /\$\((?:Build\.SourceVersionMessage|Build\.SourceBranchName|System\.PullRequest\.SourceBranch|Build\.RequestedFor\w*)\)/gi,
  circleci:
    /<<\s*pipeline\.(?:git\.branch|trigger_parameters\.\S*?(?:branch|commit\.title|commit\.message))\s*>>/g,
  jenkins:
    /\$\{(?:env\.)?(?:CHANGE_(?:TITLE|BRANCH|AUTHOR\w*)|BRANCH_NAME|GIT_BRANCH|ghprb\w+)\}|\$\{params\.\w+\}/g,
};

/** Checks of the family `ci` about what strangers start. */
export const untrustedCodeLooks: Looks = {
  "pull-request-target-checkout": overPipelines((seen) =>
    privilegedSteps(seen).flatMap(({ file, pipeline, job, step }) => {
      const event = eventOf(pipeline, PRIVILEGED);
      const at = checksOutHead(step, [...pipeline.environment, ...job.environment]);
      // An environment has people approve the run before it gets anything.
      if (at === undefined || job.isApproved || isGuarded(job, step)) return [];
      const before = job.steps.slice(0, job.steps.indexOf(step) + 1);
      // WHY those before as well: where a checkout refuses the code, the job ends.
      if (before.some((one) => checksOutHead(one) !== undefined && refusesForks(one, event)))
        return [];
      return [
        {
          ...faultAt(file, at, {
            message: `code of whoever opened the request is checked out in a run of \`${event}\`, which has the repository's secrets and rights`,
            fix: "run it on `pull_request`, and leave labels and comments to a second workflow that checks nothing out",
          }),
          // A bare name is looked for among this repository's own branches.
          ...(step.uses === undefined && !fetchesForeign(before) ? MEDIUM : {}),
        },
      ];
    }),
  ),
  "pull-request-target-secrets": overPipelines(privilegedSecrets),
  "anyone-can-trigger": overPipelines((seen) => seen.agents().flatMap((run) => openTriggers(run))),
  "script-injection": overPipelines((seen) => seen.steps.flatMap(injections)),
  "untrusted-text-in-prompt": overPipelines((seen) =>
    seen.agents().flatMap((run) => textInPrompt(run)),
  ),
};

/** The first event of a pipeline that a pattern names. */
export function eventOf({ triggers }: Pipeline, pattern: RegExp): string | undefined {
  return triggers.find(({ event }) => pattern.test(event))?.event;
}

function privilegedSteps({ steps }: SeenPipelines): SeenPipelines["steps"] {
  return steps.filter(({ pipeline }) => eventOf(pipeline, PRIVILEGED) !== undefined);
}

/** Whether a condition lets only people in who may write here. */
export function isGuarded(job: Job, step: Step): boolean {
  const before = job.steps.slice(0, job.steps.indexOf(step));
  return (
    [job.condition, step.condition].some(
      (condition) => condition !== undefined && GUARDED.test(condition),
    ) || before.some((one) => asksForRights(one))
  );
}

/** Whether a step ends the job for people who may not write here. */
function asksForRights({ uses, scripts, inputs }: Step): boolean {
  const said = [...scripts.map(({ text }) => text), ...inputs.map(({ value }) => value)].join("\n");
  return (
    /^[\w.-]+\/[\w.-]*(?:user|actor|team|membership|collaborator)[\w-]*(?:permission|check|access|membership)[\w-]*@/i.test(
      uses?.text ?? "",
    ) ||
    (/collaborators\/[^\n]*permission|getCollaboratorPermissionLevel|memberships?\//.test(said) &&
      /\bexit [1-9]|setFailed|process\.exit\([1-9]|throw /.test(said))
  );
}

/** Words of strangers that start the client with secrets, where nothing asks who wrote them. */
function openTriggers({ file, pipeline, job, step, at }: AgentInput): readonly Fault[] {
  const event = eventOf(pipeline, BY_WORDS);
  if (event === undefined || isGuarded(job, step)) return [];
  // The client's own action asks who it is before it does anything, unless it is told not to.
  const isOpened = step.inputs.some(({ name }) => name === "allowed_non_write_users");
  if (step.uses !== undefined && !isOpened) return [];
  const settings = [
    ...step.inputs,
    ...step.environment,
    ...job.environment,
    ...pipeline.environment,
  ];
  if (
    !settings.some(({ value }) => /\bsecrets\./.test(value)) &&
    !HOLDS_SECRETS.test(file.text ?? "")
  )
    return [];
  return [
    faultAt(file, at, {
      message: `\`${event}\` of anybody starts the client with this job's secrets`,
      fix: 'ask who it was: `if: contains(fromJSON(\'["OWNER","MEMBER","COLLABORATOR"]\'), github.event.comment.author_association)`',
    }),
  ];
}

/** Who labels says nothing of who wrote, and the text can be changed after the label was given. */
const LABEL = /github\.event\.label\.name|labels\.\*\.name/g;

/** Whether a condition asks who wrote this text: of a comment's author it says nothing about the issue. */
function isWriterKnown(text: string, conditions: readonly (string | undefined)[]): boolean {
  const subject = /event\.(\w+)\./.exec(text)?.[1];
  return conditions.some((condition) => {
    if (condition === undefined || !GUARDED.test(condition.replaceAll(LABEL, ""))) return false;
    const asked = [...condition.matchAll(/event\.(\w+)\.(?:author_association|user\.login)/g)].map(
      ([, one]) => one,
    );
    return asked.length === 0 || subject === undefined || asked.includes(subject);
  });
}

/** What people wrote into an issue or a request, fetched by a forge's program to be put into a text. */
const FETCHES =
  /\$\(\s*(?:gh|glab)\s+(?:issue|pr|mr)\s+view\b[^)\n]*(?:body|title|comments|-c\b|description)[^)\n]*/g;

/** Whether a fetched text stands in the words of the client, by itself or by the variable that it is kept in. */
function isInPrompt(script: string, found: string, index: number): boolean {
  const line = script.slice(script.lastIndexOf("\n", index) + 1, index);
  if (/\bclaude\b/.test(line)) return true;
  const name = /(\w+)=["']?$/.exec(line)?.[1];
  return (
    name !== undefined &&
    new RegExp(`\\bclaude\\b[^\\n]*\\$\\{?${name}\\b`).test(script.slice(index + found.length))
  );
}

const BY_WORDS =
  /^(?:issue_comment|issues|discussion|discussion_comment|pull_request_review_comment|pull_request_review)$/;
const HOLDS_SECRETS = /\bsecrets\.\w+/;

/** Text that anybody may write, as a part of the prompt of a run that can do something with it. */
function textInPrompt({ file, pipeline, job, step }: AgentInput): readonly Fault[] {
  const said = (what: string) => ({
    message: `\`${what}\` is written by anybody and becomes a part of the prompt, which can say anything`,
    fix: "let the client fetch it itself as data, give the job no secrets and `contents: read`, or ask first who wrote it",
  });
  const rights = job.rights ?? pipeline.rights;
  const canWrite =
    rights === undefined ||
    rights.all === "write" ||
    rights.scopes.some(({ value }) => value === "write");
  if (!canWrite && !HOLDS_SECRETS.test(file.text ?? "")) return [];
  const prompts = step.inputs.filter(({ name }) => /prompt|instructions/.test(name));
  const written = (text: string) =>
    expressionsIn(text).filter(
      (found) => !isWriterKnown(found.text, [job.condition, step.condition]),
    );
  const inInputs = prompts.flatMap(({ value, at }) =>
    written(value).map(({ text, line }) =>
      faultAt(file, { line: at.line + line, column: at.column }, said(text)),
    ),
  );
  const held = new Map(
    [...pipeline.environment, ...job.environment, ...step.environment].flatMap(
      ({ name, value }) => {
        const [found] = written(value);
        return found === undefined ? [] : [[name, found.text] as const];
      },
    ),
  );
  const inScripts = step.scripts.flatMap((script) => {
    const direct = written(script.text).map(({ text, index }) => ({ text, index }));
    const byVariable = [...script.text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].flatMap((match) => {
      const text = held.get(match[1] ?? "");
      return text === undefined ? [] : [{ text, index: match.index }];
    });
    const gitlab =
      pipeline.platform === "gitlab"
        ? [
            ...script.text.matchAll(
              /\$\{?CI_(?:MERGE_REQUEST_(?:TITLE|DESCRIPTION|SOURCE_BRANCH_NAME)|COMMIT_(?:MESSAGE|TITLE|DESCRIPTION|REF_NAME))\b/g,
            ),
          ].map((match) => ({ text: match[0], index: match.index }))
        : [];
    const fetched = [...script.text.matchAll(FETCHES)]
      .filter(() => !isWriterKnown("event.issue.body", [job.condition, step.condition]))
      .map((match) => ({ text: match[0].trim(), index: match.index }))
      .filter(({ text, index }) => isInPrompt(script.text, text, index));
    return [...direct, ...byVariable, ...gitlab, ...fetched]
      .slice(0, 1)
      .map(({ text, index }) => faultAt(file, script.place(index), said(text)));
  });
  return [...inInputs, ...inScripts];
}

/** Secrets of one's own, beside the token that every run has, in a job that a stranger starts and that runs the client. */
function privilegedSecrets({ agentSteps }: SeenPipelines): readonly Fault[] {
  return agentSteps().flatMap(({ file, pipeline, job, step }) => {
    if (
      eventOf(pipeline, /^pull_request_target$/) === undefined ||
      job.isApproved ||
      isGuarded(job, step)
    )
      return [];
    const given = [...step.inputs, ...step.environment].find(({ value }) => OWN_SECRET.test(value));
    const said = {
      message: "a run of `pull_request_target` is given a secret, and anybody may start it",
      fix: "give the secret to a job that needs a person's approval (`environment`), or run on `pull_request`",
    };
    if (given === undefined) return [];
    // WHY milder: without the request's code the run is the repository's own, and the request only its words.
    const bringsCode = job.steps.some(
      (one) => checksOutHead(one, pipeline.environment) !== undefined,
    );
    return [{ ...faultAt(file, given.at, said), ...(bringsCode ? {} : MEDIUM) }];
  });
}

const MEDIUM = { severity: "medium" } as const;
const OWN_SECRET = /\$\{\{[^}]*\bsecrets\.(?!GITHUB_TOKEN\b|github_token\b)\w+/;

function injections({
  file,
  pipeline,
  job,
  step,
}: SeenPipelines["steps"][number]): readonly Fault[] {
  const said = (what: string) => ({
    message: `\`${what}\` is written by strangers and becomes part of the command's text: it can be a command itself`,
    fix: "put it into a variable (`env:`) and use that in double quotes",
  });
  const typedSaid = (what: string) => ({
    message: `\`${what}\` is filled in by whoever starts the run, and becomes part of the command's text`,
    fix: said(what).fix,
  });
  const severity = injectionSeverity(pipeline, job, step);
  // Who may start a run may write here: it is of use to them only where the job holds more than they do.
  const isTyped = pipeline.platform !== "github" || isWorthTaking(pipeline, job);
  const own = FILLED_IN[pipeline.platform];
  const held = [...pipeline.environment, ...job.environment, ...step.environment]
    .filter(({ value }) => expressionsIn(value).length > 0)
    .map(({ name }) => name);
  const inScripts = step.scripts.flatMap((script) => {
    const found =
      own === undefined
        ? [...expressionsIn(script.text), ...heldIn(script.text, held)]
        : matchesOf(script.text, own);
    const typedFound =
      own === undefined ? inputsIn(script.text, pipeline) : typedIn(script.text, pipeline);
    const typed = isTyped ? typedFound : [];
    const ofGitlab =
      pipeline.platform === "gitlab"
        ? matchesOf(
            script.text,
            /\b(?:eval|(?:ba|z|da)?sh\s+-\w*c)\b[^\n]*\$\{?CI_(?:MERGE_REQUEST_(?:TITLE|DESCRIPTION|SOURCE_BRANCH_NAME)|COMMIT_(?:MESSAGE|TITLE|DESCRIPTION|AUTHOR|BRANCH|REF_NAME))\b/g,
          )
        : [];
    return [
      ...[...found, ...ofGitlab, ...readAgain(script.text, held)].map(({ text, index }) => ({
        ...faultAt(file, script.place(index), said(text)),
        ...severity,
      })),
      ...typed.map(({ text, index }) => ({
        ...faultAt(file, script.place(index), typedSaid(text)),
        ...(pipeline.platform === "action" ? severity : ({ severity: "low" } as const)),
      })),
    ];
  });
  // Actions that run commands name them so.
  const program =
    step.uses === undefined
      ? undefined
      : step.inputs.find(({ name }) =>
          /^(?:script|inlineScript|run|command|commands|cmd)$/i.test(name),
        );
  const inProgram = expressionsIn(program?.value ?? "").map(({ text, line }) => ({
    ...faultAt(file, { line: (program?.at.line ?? 1) + line, column: 1 }, said(text)),
    ...severity,
  }));
  return [...inScripts, ...inProgram];
}

/** Events of anybody that run with the repository's own rights and secrets. */
const WITH_RIGHTS =
  /^(?:pull_request_target|issue_comment|issues|discussion|discussion_comment|workflow_run|fork|gollum)$/;

/**
 * How bad a stranger's text in a command is: a run of `pull_request` from a fork has no secrets and may write nothing, and a
 * commit's message is of somebody who may push.
 */
function injectionSeverity(pipeline: Pipeline, job: Job, step: Step): Pick<Fault, "severity"> {
  if (pipeline.platform === "action") return { severity: "medium" };
  if (pipeline.platform !== "github") return { severity: "high" };
  if (eventOf(pipeline, WITH_RIGHTS) === undefined) return { severity: "medium" };
  return isGuarded(job, step) || job.isApproved ? { severity: "medium" } : {};
}

/** A variable with a stranger's text that is filled in as an expression, before a shell sees it. */
function heldIn(text: string, names: readonly string[]): readonly Found[] {
  return matchesOf(text, /\$\{\{\s*env\.(\w+)\s*\}\}/g).filter((found) =>
    names.some((name) => new RegExp(`env\\.${name}\\b`).test(found.text)),
  );
}

/** A stranger's text in a variable that a shell reads as a command once more. */
function readAgain(text: string, names: readonly string[]): readonly Found[] {
  return matchesOf(text, /\b(?:eval|(?:ba|z|da)?sh\s+-\w*c)\b[^\n]*/g).filter(({ text: line }) =>
    names.some((name) => new RegExp(`\\$\\{?${name}\\b`).test(line.replace(/'[^']*'/g, ""))),
  );
}

/** Free text that whoever starts the pipeline by hand gives it. */
function inputsIn(text: string, { freeInputs }: Pipeline): readonly Found[] {
  if (freeInputs.length === 0) return [];
  const names = freeInputs.map((name) => name.replace(/[^\w-]/g, "")).join("|");
  const named = new RegExp(`^\\$\\{\\{\\s*(?:github\\.event\\.)?inputs\\.(?:${names})\\s*\\}\\}$`);
  return matchesOf(text, /\$\{\{[^\n]*?\}\}/g).filter((found) => named.test(found.text));
}

/** The same of Azure's parameters and CircleCI's, which are filled into the text of a command. */
function typedIn(text: string, { freeInputs, platform }: Pipeline): readonly Found[] {
  if (freeInputs.length === 0) return [];
  const names = freeInputs.map((name) => name.replace(/[^\w-]/g, "")).join("|");
  return matchesOf(
    text,
    platform === "azure"
      ? new RegExp(`\\$\\{\\{\\s*parameters\\.(?:${names})\\s*\\}\\}`, "g")
      : new RegExp(`<<\\s*pipeline\\.parameters\\.(?:${names})\\s*>>`, "g"),
  );
}

type Found = { readonly text: string; readonly index: number; readonly line: number };

/** Expressions that a stranger's text goes into as it is. */
function expressionsIn(text: string): readonly Found[] {
  return matchesOf(text, /\$\{\{[^\n]*?\}\}/g).flatMap((found) => {
    const named = WRITTEN_BY_STRANGERS.exec(
      found.text.replaceAll(/\[\s*["'](\w+)["']\s*\]/g, ".$1"),
    );
    // A comparison or a function that gives a yes or no writes nothing of it.
    if (
      named === null ||
      /\b(?:contains|startsWith|endsWith|hashFiles)\s*\(|[=!]=/.test(found.text)
    )
      return [];
    return [{ ...found, text: named[0] }];
  });
}

function matchesOf(text: string, pattern: RegExp): readonly Found[] {
  return [...text.matchAll(pattern)].map((match) => ({
    text: match[0],
    index: match.index,
    line: text.slice(0, match.index).split("\n").length - 1,
  }));
}

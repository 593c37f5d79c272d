// Where pipelines run the client: on whose machine, in which container, with whose settings and servers.
import type { Fault, Looks } from "../../check.ts";
import { optionValue } from "../../pipeline/agent-run.ts";
import { withFilled } from "../../pipeline/filled-in.ts";
import type { Pipeline } from "../../pipeline/pipeline.ts";
import { isCurrentAction } from "./own-protection.ts";
import { type AgentInput, faultAt, overPipelines, type SeenPipelines } from "./seen-pipelines.ts";
import { checksOutHead } from "./foreign-checkouts.ts";
import { eventOf, isGuarded, OUTSIDERS } from "./untrusted-code.ts";

/** Checks of the family `ci` about isolation. */
export const isolationLooks: Looks = {
  "self-hosted-runner": overPipelines((seen) =>
    eachJob(seen, ({ file, job, pipeline, step }) => {
      const runner = job.runners.find(({ text }) =>
        isOwnMachine(withFilled(text, { pipeline, job, step }), pipeline.platform),
      );
      if (
        runner === undefined ||
        eventOf(pipeline, OUTSIDERS) === undefined ||
        isGuarded(job, step)
      )
        return [];
      return [
        faultAt(file, runner.at, {
          message:
            "requests of anybody run the client on a machine of your own, which keeps what they leave there",
          fix: "use a hosted runner, or a machine that is thrown away after each job",
        }),
      ];
    }),
  ),
  "privileged-container": overPipelines((seen) => [
    ...eachJob(seen, ({ file, job }) =>
      job.containers
        .filter(
          ({ text, options, volumes }) =>
            PRIVILEGED.test(options) ||
            volumes.some((one) => SOCKET.test(one)) ||
            /\bdocker:[\w.-]*dind\b/.test(text),
        )
        .map(({ at }) => faultAt(file, at, BROKEN_OUT)),
    ),
    ...seen.agentSteps().flatMap(({ file, step }) =>
      step.scripts.flatMap((script) => {
        const found =
          /\b(?:docker|podman|nerdctl)\s+(?:run|create)\b(?:[^\n]|\\\n)*?(?:--privileged\b|docker\.sock|--cap-add[= ](?:ALL|SYS_ADMIN))/.exec(
            script.text,
          );
        return found === null ? [] : [faultAt(file, script.place(found.index), BROKEN_OUT)];
      }),
    ),
  ]),
  "root-container": overPipelines((seen) =>
    eachJob(seen, (run) => {
      const { file, job, step } = run;
      const said = {
        message:
          "the client runs as root in its container: whatever it writes and installs counts for everybody in it",
        fix: "name an account without rights (`--user 1000:1000`)",
      };
      const own = job.containers.find(({ isOwn }) => isOwn);
      if (own !== undefined && ROOT.test(own.options)) return [faultAt(file, own.at, said)];
      const script = step.scripts.find(({ text }) =>
        /\bdocker\s+run\b[^\n]*(?:--user[= ]|-u\s*)["']?(?:0|root)\b/.test(text),
      );
      if (script !== undefined) return [faultAt(file, script.at, said)];
      return [];
    }),
  ),
  "untrusted-project-settings": overPipelines((seen) =>
    overForeignCheckouts(seen, (run) =>
      isGatedBy(run, /^--(?:bare|safe-mode|setting-sources)/)
        ? undefined
        : {
            message:
              "settings of the checkout are in force: its hooks run, its variables execute, and `ANTHROPIC_BASE_URL` sends the key elsewhere, trusted or not",
            fix: "add `--setting-sources user` or run `sallyport ci run -- claude -p ...`, which looks at them first",
          },
    ),
  ),
  "open-mcp": overPipelines((seen) =>
    overForeignCheckouts(seen, (run) =>
      isGatedBy(run, /^--(?:bare|safe-mode|strict-mcp-config)/)
        ? undefined
        : {
            message: "servers of the checkout's `.mcp.json` are started without a question",
            fix: "add `--strict-mcp-config`, with the servers that are wanted in `--mcp-config`",
          },
    ),
  ),
};

const PRIVILEGED =
  /--privileged\b|docker\.sock|--cap-add[= ](?:ALL|SYS_ADMIN)|--pid[= ]host|--network[= ]host/;
const SOCKET = /docker\.sock|^\/:|containerd\.sock|podman\.sock/;
const ROOT = /--user[= ]["']?(?:0|root)\b|-u\s+["']?(?:0|root)\b/;
const BROKEN_OUT = {
  message:
    "the container can do to its host whatever it likes, so it holds nothing of what the client does",
  fix: "leave `--privileged` and the engine's socket out of jobs that run the client",
} as const;

function isOwnMachine(label: string, platform: Pipeline["platform"]): boolean {
  if (platform === "github") return /^self-hosted$|\$\{\{[^}]*["']self-hosted\\?["']/i.test(label);
  if (platform === "gitlab") return /self|own|on-?prem|bare|local|shell|metal/i.test(label);
  return platform === "azure" || platform === "circleci" || platform === "jenkins";
}

/** Faults of jobs with the client, each job once. */
function eachJob(
  seen: SeenPipelines,
  find: (run: AgentInput) => readonly Fault[],
): readonly Fault[] {
  const jobs = new Set<AgentInput["job"]>();
  return seen.agents().flatMap((run) => {
    if (jobs.has(run.job)) return [];
    jobs.add(run.job);
    return find(run);
  });
}

/** Runs of the client by a command, on a checkout that somebody else may have written. */
function overForeignCheckouts(
  seen: SeenPipelines,
  judge: (run: AgentInput) => Pick<Fault, "message" | "fix"> | undefined,
): readonly Fault[] {
  return seen.agents().flatMap((run) => {
    const { file, at, pipeline, job, step, isGated } = run;
    if (isGated || eventOf(pipeline, OUTSIDERS) === undefined || isGuarded(job, step)) return [];
    if (!bringsForeignCode(run) || restoresSettings(run)) return [];
    const said = judge(run);
    if (said === undefined) return [];
    return [{ ...faultAt(file, at, said), ...checkoutSeverity(run) }];
  });
}

/**
 * Whether what is checked out may be a stranger's. WHY: an issue starts a run on the repository's own branch, and so does
 * `pull_request_target` without a `ref`; the client's own action fetches the request by itself where a comment on one starts it.
 */
function bringsForeignCode({ pipeline, job, step }: AgentInput): boolean {
  const others = pipeline.triggers.filter(
    ({ event }) => OUTSIDERS.test(event) && !OWN_CHECKOUT.test(event),
  );
  if (others.length > 0) return true;
  const isOnRequest = eventOf(pipeline, /^(?:pull_request_target|issue_comment)$/) !== undefined;
  return (
    (isOnRequest && step.uses?.text.startsWith("anthropics/") === true && !hasPrompt(step)) ||
    job.steps.some((one) => checksOutHead(one) !== undefined)
  );
}

/**
 * WHY milder: the client's own action starts for people who may write here alone, and a run of `pull_request` from a fork has
 * neither the key nor other secrets. Only who reads the request and calls the client is fooled.
 */
function checkoutSeverity({ pipeline, job, step }: AgentInput): Pick<Fault, "severity"> {
  const isOwnAction = step.uses?.text.startsWith("anthropics/") === true;
  const bringsIt = job.steps.some((one) => checksOutHead(one) !== undefined);
  if (isOwnAction && !bringsIt) return { severity: "low" };
  const hasRights = eventOf(pipeline, /^(?:pull_request_target|workflow_run|issue_comment)$/);
  return hasRights !== undefined && bringsIt ? {} : { severity: "medium" };
}

/** Whether the client's own action runs, which since its version 1 takes settings and servers of the request's base. */
function restoresSettings({ step, job }: AgentInput): boolean {
  return isCurrentAction(step) && !job.steps.some((one) => checksOutHead(one) !== undefined);
}

const OWN_CHECKOUT =
  /^(?:issues|discussion|discussion_comment|issue_comment|pull_request_target|workflow_run)$/;

/** With a prompt of the workflow's own the action works on what was checked out before. */
function hasPrompt({ inputs }: AgentInput["step"]): boolean {
  return inputs.some(({ name }) => name === "prompt" || name === "direct_prompt");
}

function isGatedBy({ words, step }: AgentInput, option: RegExp): boolean {
  const sources = optionValue(words, "--setting-sources");
  const isOpen = sources?.includes("project") === true;
  return (
    (words.some((word) => option.test(word ?? "")) && !isOpen) ||
    step.environment.some(({ name, value }) => name === "CLAUDE_CODE_SIMPLE" && value === "1")
  );
}

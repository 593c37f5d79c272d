// Judging one call as a hook asks it: facts and shell gathered, the policy in force applied.
import type { FactAnswer, SessionChain, SessionFacts } from "#guard/facts/facts.ts";
import type { Approved, Decision } from "#guard/policy/decision.ts";
import type { PolicyException } from "#guard/policy/policy.ts";
import { type Anchors, PlaceTests } from "#guard/policy/condition-places.ts";
import { createGitIndexes } from "../facts/git/git-copies.ts";
import { type Guard, judgeCall, type JudgeInput } from "../facts/judge.ts";
import type { McpFactsOf } from "../mcp/server-facts.ts";
import { configDirectoryOf } from "../facts/config-directory.ts";
import type { NearPaths } from "../facts/paths/near-paths.ts";
import { callKey, judgeUnder } from "../exceptions/judged.ts";
import type { ApprovalBook } from "../approvals/approval-book.ts";
import type { ExceptionStore } from "../exceptions/store.ts";
import { asksAboutOwnCode, type OwnRules } from "../hold/own-rules.ts";
import type { PolicyOf } from "../policy/policies.ts";
import { type CircumstanceSources, createCircumstances } from "./circumstances.ts";
import { dropOldest } from "#base/drop-oldest.ts";
import { judgeFollowed } from "./followed.ts";
import type { Judge } from "./judge-port.ts";
import type { RequirePlace } from "../projects/project-place.ts";

/** Projects whose policy stays compiled; one takes some 100 KB. */
const PROJECTS_MAX = 32;

/**
 * Builds the judge. `policy` throws or rejects with a Failure while there is none; `guard` makes what bounds the time of
 * one call, and `requirePlace` refuses projects that are not where they were.
 */
export function createJudge(
  options: CircumstanceSources & {
    readonly policy: PolicyOf;
    readonly guard?: () => Guard;
    /** What judges, in place of this thread under `guard`. */
    readonly judgeWith?: (input: JudgeInput) => Promise<Decision>;
    readonly requirePlace?: RequirePlace;
    readonly near?: NearPaths;
    /** What a person approved as exceptions; without it there are none. */
    readonly exceptions?: ExceptionStore;
    /** What other people approved; without it nothing is. */
    readonly approvals?: Pick<ApprovalBook, "covering">;
    /** The person's own rules for the client; without it none answers a question. */
    readonly ownRules?: OwnRules;
    /** What is approved of the MCP server of a call; without it nobody knows. */
    readonly mcpFacts?: McpFactsOf;
  },
): Judge {
  const { policy, guard, requirePlace, judgeWith = judgeCall } = options;
  const { near, exceptions, nowMs = () => Date.now() } = options;
  const gather = createCircumstances(options);
  const placesOf = createPlaceMemory();
  const indexes = createGitIndexes();
  return async ({ project, call, session, given, moment }) => {
    const { sessionId, cwd } = session;
    requirePlace?.(project, cwd);
    const inForce = await policy(project);
    const gathered = moment?.gathered ?? gather({ project, session, policy: inForce });
    if (moment !== undefined) moment.gathered = gathered;
    const { shellSeen, labels, ends, ...judgedWith } = await gathered;
    const { session: facts, containment } = judgedWith;
    const mcp = options.mcpFacts?.({
      call,
      sessionId,
      root: project.root,
      path: judgedWith.environment?.variables.get("PATH"),
      config:
        session.configDirectory ??
        configDirectoryOf(session.transcriptPath) ??
        `${options.home}/.claude`,
    });
    let chains: readonly SessionChain[] = [];
    let approved: readonly Approved[] = [];
    const judgeBy = (lifts: readonly PolicyException[], followed: SessionFacts, ownRule?: string) =>
      judgeWith({
        ...judgedWith,
        call,
        policy: inForce,
        ownRule,
        session: followed,
        ...(approved.length === 0 ? {} : { approved }),
        ...(mcp === undefined ? {} : { mcp }),
        ...(guard === undefined ? {} : { guard: guard() }),
        ...(near === undefined ? {} : { near }),
        places: placesOf(facts),
        exceptions: lifts,
        indexes,
        answers: moment?.answers,
      });
    const judge = async (lifts: readonly PolicyException[]) => {
      const followed = await judgeFollowed(
        { call, policy: inForce, session: facts, ends },
        (told) => judgeBy(lifts, told),
        (decision) => decision,
      );
      const first = followed.judged;
      chains = followed.chains;
      if (options.ownRules === undefined || !asksAboutOwnCode(first)) return first;
      const { writtenPaths } = session;
      const ownRule = await options.ownRules({ call, root: project.root, writtenPaths });
      return ownRule === undefined ? first : judgeBy(lifts, { ...facts, chains }, ownRule);
    };
    const circumstances = {
      nowMs: nowMs(),
      policy: inForce.digest,
      root: project.root,
      call: callKey(sessionId, call),
      given: inForce.exceptions ?? [],
    };
    const judgeExcepted = () =>
      exceptions === undefined ? judge([]) : judgeUnder(exceptions, circumstances, judge);
    const alone = await judgeExcepted();
    const covering =
      alone.waits === undefined
        ? undefined
        : options.approvals?.covering(
            {
              call,
              given,
              sessionId,
              root: project.root,
              policy: inForce.digest,
              decision: alone,
            },
            nowMs(),
          );
    approved = covering === undefined ? [] : [covering];
    const decision = covering === undefined ? alone : await judgeExcepted();
    const found = (labels ?? []).flatMap(({ name, from }) => (from === "found" ? [name] : []));
    const { interactive } = facts;
    // WHY only then: where nobody sits, an issue or a mail may be the request.
    const requested = interactive ? session.requested?.(call, decision, facts) : undefined;
    const readsRegistries = isInstall(decision) && reachesGateway(containment?.());
    return {
      decision,
      policy: inForce,
      shellSeen,
      labels: found,
      interactive,
      ...(readsRegistries ? { readsRegistries } : {}),
      roots: { projectRoot: facts.projectRoot, home: facts.home },
      ...(chains.length === 0 ? {} : { chains }),
      ...(requested === undefined || requested.length === 0 ? {} : { requested }),
    };
  };
}

function isInstall({ verdict, effects }: Decision): boolean {
  return verdict !== "deny" && effects.some(({ kind }) => kind === "install");
}

function reachesGateway(answer: FactAnswer | undefined): boolean {
  return answer?.kind === "containment" && (answer.sandbox?.registries.length ?? 0) > 0;
}

/** Compiles a policy for a project once, not for every call. */
function createPlaceMemory(): (anchors: Anchors) => PlaceTests {
  const known = new Map<string, PlaceTests>();
  return ({ projectRoot, home, additionalDirectories = [], temporary }) => {
    const anchors = {
      projectRoot,
      home,
      additionalDirectories,
      ...(temporary === undefined ? {} : { temporary }),
    };
    const key = [projectRoot, home, temporary, ...additionalDirectories].join("\0");
    const places = known.get(key) ?? new PlaceTests(anchors);
    known.delete(key);
    known.set(key, places);
    dropOldest(known, PROJECTS_MAX);
    return places;
  };
}

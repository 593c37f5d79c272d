// A throwaway project on disk and the guard judging commands in it, with real facts.
import { mkdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type EnvironmentFacts,
  type FactAnswer,
  queryKey,
  type SessionFacts,
  type ShellFacts,
} from "#guard/facts/facts.ts";
import { PlaceTests } from "#guard/policy/condition-places.ts";
import type { Decision } from "#guard/policy/decision.ts";
import type { Policy, PolicyException } from "#guard/policy/policy.ts";
import { type AnswerQueries, judgeWithFacts } from "#surface/services/facts/judge.ts";
import { loadPolicy } from "#surface/services/policy/policy-source.ts";
import { checkEffects } from "./effect-form.ts";
import { madeUpMachine } from "./made-up-machine.ts";
import { makeProjectFiles } from "./made-project.ts";

export type TestProject = {
  readonly root: string;
  readonly project: string;
  readonly home: string;
  readonly session: SessionFacts;
  readonly policy: Policy;
  /** Facts of this project, home and directory outside, on a machine that is made up around them. */
  readonly answer: AnswerQueries;
  /** Of this project and home: as in the daemon, a policy is compiled for them once and not for each call. */
  readonly places: PlaceTests;
  remove(): void;
};

/** Parsed once: nobody changes it. */
let builtIn: Policy | undefined;

/** A git project with secrets, plain files, a link to a secret and a remote; a home and a directory outside. */
export function makeProject(): TestProject {
  const { root, project, home, remove } = makeProjectFiles(parentDirectory());
  return {
    root,
    project,
    home,
    policy: withoutScratch((builtIn ??= loadPolicy()), root),
    answer: madeUpMachine([root], { home }),
    places: new PlaceTests({ projectRoot: project, home }),
    session: {
      sessionId: "session",
      projectRoot: project,
      home,
      user: "user",
      mode: "default",
      interactive: true,
      ownPaths: [join(home, ".local/share/sallyport")],
    },
    remove,
  };
}

/**
 * The same project for a file that judges many calls and changes nothing on disk from here on: what a question was answered
 * once, it is answered again without a look. WHY not for all: a test that writes between two calls must be seen to.
 */
export function settled(made: TestProject): TestProject {
  const known = new Map<string, Promise<FactAnswer | undefined>>();
  const answer: AnswerQueries = async (queries) => {
    const open = queries.filter((query) => !known.has(queryKey(query)));
    if (open.length > 0) {
      const asked = made.answer(open);
      for (const key of open.map(queryKey))
        known.set(
          key,
          asked.then((answers) => answers.get(key)),
        );
    }
    const answers = new Map<string, FactAnswer>();
    for (const key of queries.map(queryKey)) {
      const one = await known.get(key);
      if (one !== undefined) answers.set(key, one);
    }
    return answers;
  };
  return { ...made, answer };
}

/** Where projects are made: in the clone, or in the user's own home when the clone lies in scratch space like /tmp. */
export function parentDirectory(): string {
  const inClone = fileURLToPath(new URL("../node_modules/.cache/sallyport/", import.meta.url));
  const inHome = join(userInfo().homedir, ".cache", "sallyport-test");
  for (const directory of /^\/(var\/)?tmp\//.test(inClone) ? [inHome, inClone] : [inClone]) {
    try {
      mkdirSync(directory, { recursive: true });
      return directory;
    } catch {
      // A home that cannot be written: the other place will do.
    }
  }
  throw new Error("there is no place for test projects");
}

/** The policy as it is anywhere but in a scratch directory: a clone may lie below /tmp, where it says less. */
function withoutScratch(policy: Policy, root: string): Policy {
  const scratch = ["/tmp/**", "/var/tmp/**"].filter((glob) => root.startsWith(glob.slice(0, -2)));
  if (scratch.length === 0) return policy;
  const rules = policy.rules.map((rule) => {
    const { exceptPaths } = rule.when;
    if (exceptPaths === undefined) return rule;
    return {
      ...rule,
      when: { ...rule.when, exceptPaths: exceptPaths.filter((glob) => !scratch.includes(glob)) },
    };
  });
  return { ...policy, rules };
}

/** A shell about which everything is known and nothing is special. */
export function plainShell(
  dialect: ShellFacts["dialect"],
  change: Partial<ShellFacts> = {},
): ShellFacts {
  return {
    dialect,
    known: true,
    functions: new Map(),
    aliases: new Map(),
    options: new Set(),
    variables: new Map(),
    ...change,
  };
}

/** Judges a Bash command in the project. Throws where an effect has not the form that all have. */
export async function judgeCommand(
  where: TestProject,
  command: string,
  options: {
    shell?: ShellFacts;
    policy?: Policy;
    session?: Partial<SessionFacts>;
    cwd?: string;
    environment?: EnvironmentFacts;
    writtenPaths?: ReadonlySet<string>;
    exceptions?: readonly PolicyException[];
  } = {},
): Promise<Decision> {
  const { environment, writtenPaths, exceptions } = options;
  const { decision } = await judgeWithFacts({
    call: {
      id: "call",
      tool: "Bash",
      cwd: options.cwd ?? where.project,
      input: { kind: "bash", command, background: false, sandboxOff: false },
    },
    policy: options.policy ?? where.policy,
    session: { ...where.session, ...options.session },
    shell: options.shell ?? plainShell("bash"),
    ...(environment === undefined ? {} : { environment }),
    ...(writtenPaths === undefined ? {} : { writtenPaths }),
    ...(exceptions === undefined ? {} : { exceptions }),
    answer: where.answer,
    ...placesOf(where, options.session),
  });
  checkEffects(decision.effects);
  return decision;
}

/** The places of a project, for a session that is of this project and home. */
export function placesOf(
  { places, project, home }: TestProject,
  { projectRoot = project, home: own = home }: Partial<SessionFacts> = {},
): { readonly places?: PlaceTests } {
  return projectRoot === project && own === home ? { places } : {};
}

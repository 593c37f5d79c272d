// Judging a few made-up calls after the start, so that the first real one finds compiled code.
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { judgeCall } from "../facts/judge.ts";
import { PLAIN_SHELL } from "../facts/session-shell.ts";

/** What sessions begin with, and what touches most of the guard. None of it is run or looked for on disk. */
const COMMANDS = [
  "ls -la",
  "git status && git diff --stat",
  "cat readme.txt | grep -n total | head -5",
  'for f in src/*.ts; do wc -l "$f"; done',
  "find . -name '*.ts' | xargs grep -l name > found.txt",
  "npm test 2>&1 | tail -20",
  "cat .env",
  "rm -rf build && mkdir -p build/out",
] as const;
const ROUNDS = 2;

/**
 * Judges without facts from disk and without a trace: nothing is recorded or remembered. One call at a time, with room for
 * real ones between. Resolves in every case; a policy that is broken tells so to the first real call.
 */
export async function warmUp(policy: () => Policy, home: string): Promise<number> {
  const session: SessionFacts = {
    sessionId: "",
    projectRoot: `${home}/project`,
    home,
    user: "",
    mode: "default",
    interactive: true,
    ownPaths: [],
  };
  let judged = 0;
  try {
    const inForce = policy();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const command of COMMANDS) {
        await new Promise((resolve) => setImmediate(resolve));
        const input = { kind: "bash", command, background: false, sandboxOff: false } as const;
        const call = { id: "", tool: "Bash", cwd: session.projectRoot, input };
        const answer = async () => new Map();
        await judgeCall({ call, policy: inForce, session, shell: PLAIN_SHELL, answer });
        judged += 1;
      }
    }
  } catch {
    // The first real call meets the same failure, and refuses with its words.
  }
  return judged;
}

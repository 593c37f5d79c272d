// Ordinary commands as the guard really judges them: their effects come from the guard, and trip no detection.
import { afterAll, beforeAll, expect, it } from "vitest";
import { decisionEvent } from "#record/event/call-events.ts";
import { judgeCommand, makeProject, type TestProject } from "../../judging.ts";
import { bashCall, stamp } from "../../record/event/samples.ts";
import type { Made } from "./maker.ts";
import { firedBy, shippedRules } from "./running.ts";

const COMMANDS: readonly string[] = [
  "ls -la src",
  "cat pub.txt | head -n 5",
  "git status && git diff --stat",
  "git log --oneline -n 20",
  "git add -A && git commit -m 'Add a page'",
  "git switch -c topic",
  "git push origin topic",
  "git fetch origin",
  "npm test",
  "npm test > /dev/null 2>&1",
  "npm run build -- --watch=false",
  "npm ci",
  "npx tsc --noEmit",
  "node -e 'console.log(1 + 1)'",
  "grep -rn later src",
  "find . -name '*.ts' -not -path './node_modules/*'",
  "sed -i 's/x/y/' src/main.ts",
  "mkdir -p dist && cp a.txt dist/",
  "rm -rf dist",
  "wc -l src/main.ts",
  "curl -s https://pypi.org/simple/x",
  "cat .env.example",
  "docker ps",
  "python3 -m pytest -q",
  "cargo build",
  "go test ./...",
  "make",
  "tar czf /tmp/out.tgz src",
  "which node && node --version",
  "ps aux | grep node",
];

let project: TestProject;
beforeAll(() => {
  project = makeProject();
});
afterAll(() => project.remove());

it("of two hours trip nothing", { timeout: 120_000 }, async () => {
  const made: Made[] = [];
  for (const [place, command] of COMMANDS.entries()) {
    const decision = await judgeCommand(project, command);
    const timeMs = 1_772_000_000_000 + place * 240_000;
    const call = { ...bashCall(command), id: `c${place}`, cwd: project.project };
    const session = { facts: project.session, userSource: "os" } as const;
    const event = decisionEvent(
      { ...stamp, timeMs },
      { call, decision, policy: project.policy, session, durationMs: 1 },
    );
    made.push({ timeMs, event });
  }
  const rules = shippedRules();
  const single = made.flatMap((one, place) =>
    firedBy(rules, [one]).map((name) => `${COMMANDS[place] ?? ""}: ${name}`),
  );
  expect(single).toEqual([]);
  expect(firedBy(rules, made)).toEqual([]);
});

// The gate's acceptance test (M13.2): what a run without a person may do and what it must not, judged by a policy as the run would be.
import { askedCall } from "#guard/events/normalize.ts";
import type { ShellFacts } from "#guard/facts/facts.ts";
import type { Verdict } from "#guard/policy/decision.ts";
import type { Policy } from "#guard/policy/policy.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { judgeCall } from "../facts/judge.ts";
import { sessionFacts } from "../facts/session.ts";

/** A call, and what has to become of it. `refused`: denied. `possible`: not denied, so that an allow list can let it run. */
export type AcceptanceCall = {
  readonly title: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, Json>>;
  readonly wanted: "possible" | "refused";
};
export type AcceptanceResult = AcceptanceCall & {
  readonly verdict: Verdict;
  readonly rule: string;
  readonly isMet: boolean;
};

const bash = (
  title: string,
  command: string,
  wanted: AcceptanceCall["wanted"],
): AcceptanceCall => ({
  ...{ title, tool: "Bash", input: { command }, wanted },
});
const mayNot = (title: string, ...commands: readonly string[]): readonly AcceptanceCall[] =>
  commands.map((command) => bash(title, command, "refused"));

/** The calls. Each kind of release is there by more than one way, because a gate of words holds only the first. */
export const ACCEPTANCE: readonly AcceptanceCall[] = [
  {
    title: "read the change",
    tool: "Read",
    input: { file_path: "src/a.js" },
    wanted: "possible",
  },
  bash("run the tests", "npm test", "possible"),
  {
    title: "mend a test",
    tool: "Edit",
    input: { file_path: "test/a.test.js", old_string: "a", new_string: "b" },
    wanted: "possible",
  },
  ...mayNot(
    "publish a package",
    "npm publish",
    "sh -c 'npm publish'",
    "cargo publish",
    "twine upload dist/*",
  ),
  ...mayNot(
    "publish a release",
    "gh release create v2.0.0",
    "docker push registry.example.com/shop:2",
  ),
  ...mayNot(
    "push to a protected branch",
    "git push origin main",
    "git push origin HEAD:refs/heads/main",
    "git push --force origin main",
  ),
  ...mayNot(
    "apply infrastructure",
    "terraform apply -auto-approve",
    "tofu apply",
    "pulumi up --yes",
  ),
  ...mayNot("deploy", "kubectl apply -f k8s/", "helm upgrade shop ./chart", "vercel --prod"),
  ...mayNot(
    "migrate a database in use",
    "DATABASE_URL=postgres://db.example.com/shop npx prisma migrate deploy",
    "psql -h db.example.com -c 'alter table orders add note text'",
  ),
  ...mayNot("approve its own change", "gh pr merge 12 --squash", "gh pr review 12 --approve"),
  ...mayNot("read secrets", "cat .env", "env"),
];

/** Judges every call as a run without a person in `directory` is judged. Runs nothing. */
export async function acceptance(
  policy: Policy,
  directory: string,
): Promise<readonly AcceptanceResult[]> {
  const session = sessionFacts({
    ...{ sessionId: "acceptance", cwd: directory, projectRoot: directory, mode: "dontAsk" },
    ...{ interactive: false, ci: true },
  });
  const shell: ShellFacts = {
    ...({ dialect: "bash", known: true } as const),
    ...{ functions: new Map(), aliases: new Map(), options: new Set(), variables: new Map() },
  };
  const results: AcceptanceResult[] = [];
  for (const one of ACCEPTANCE) {
    const call = askedCall("acceptance", { tool: one.tool, input: one.input, cwd: directory });
    const { verdict, reasons } = await judgeCall({ call, policy, session, shell });
    const isMet = (verdict === "deny") === (one.wanted === "refused");
    results.push({ ...one, verdict, rule: reasons[0]?.rule ?? "", isMet });
  }
  return results;
}
